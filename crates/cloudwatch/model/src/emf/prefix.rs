//! What Lambda's text log format puts before a line.

/// The line without the fields that a Lambda runtime prepends in the text format: its time, the request's id and the
/// level, each followed by a tab, in the order that the runtime likes (`2026-01-01T00:00:00.000Z⇥6d68ca91-…⇥INFO⇥{…}`
/// of Node.js, `[INFO]⇥2026-01-01T00:00:00.000Z⇥6d68ca91-…⇥{…}` of Python). Any other text before a document makes it
/// no EMF.
pub(super) fn without_lambda_fields(line: &str) -> &str {
    let Some(start) = line.find('{') else { return line };
    let (prefix, document) = line.split_at(start);
    let Some(fields) = prefix.strip_suffix('\t') else { return line };
    let are_lambdas = fields.split('\t').all(|field| is_time(field) || is_request_id(field) || is_level(field));
    if are_lambdas && fields.split('\t').any(is_time) { document } else { line }
}

/// `2026-01-01T00:00:00.000Z`.
fn is_time(field: &str) -> bool {
    field.ends_with('Z') && field.parse::<jiff::Timestamp>().is_ok()
}

/// `6d68ca91-49c9-448d-89b8-7ca3e6dc66aa`, and `undefined` outside of a request.
fn is_request_id(field: &str) -> bool {
    let groups = field.split('-').map(str::len);
    let is_uuid = groups.eq([8, 4, 4, 4, 12]) && field.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    is_uuid || field == "undefined"
}

/// `INFO` or `[INFO]`.
fn is_level(field: &str) -> bool {
    let level = field.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(field);
    matches!(level, "TRACE" | "DEBUG" | "INFO" | "WARN" | "WARNING" | "ERROR" | "CRITICAL" | "FATAL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fields_of_lambda_are_taken_off() {
        let id = "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa";
        for prefix in [
            format!("2026-01-01T00:00:00.000Z\t{id}\tINFO\t"),
            format!("[INFO]\t2026-01-01T00:00:00.000Z\t{id}\t"),
            "2026-01-01T00:00:00.000Z\tundefined\tINFO\t".to_owned(),
            format!("2026-01-01T00:00:00.000Z\t{id}\t"),
        ] {
            let line = format!("{prefix}{{\"a\": {{}}}}");
            assert_eq!(without_lambda_fields(&line), "{\"a\": {}}", "{prefix}");
        }
        for line in [
            "hello\t{}",
            "INFO\t{}",
            "2026-01-01T00:00:00.000Z {}",
            "2026-01-01T00:00:00.000Z\thello\t{}",
            "{}",
            "\t{}",
            "no document",
            "",
        ] {
            assert_eq!(without_lambda_fields(line), line);
        }
    }
}
