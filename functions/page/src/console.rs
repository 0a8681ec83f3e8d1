//! Addresses in the AWS console.

use std::fmt::Write as _;

use jiff::Timestamp;

/// Where the console of an account's region is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Console {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub(crate) partition: String,
    /// The region.
    pub(crate) region: String,
}

/// A query of CloudWatch Logs Insights.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LogsQuery {
    /// The log groups that it searches.
    pub log_groups: Vec<String>,
    /// The query.
    pub text: String,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

impl Console {
    /// The console of the region that an ARN names; `None` for a text that is no ARN with a region.
    pub(crate) fn of_arn(arn: &str) -> Option<Self> {
        let mut parts = arn.split(':');
        let (prefix, partition, _service, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        // The region becomes part of a host's name.
        let is_region = region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        (prefix == "arn" && !region.is_empty() && is_region)
            .then(|| Self { partition: partition.to_owned(), region: region.to_owned() })
    }

    fn cloudwatch(&self) -> String {
        let domain = match self.partition.as_str() {
            "aws-cn" => "console.amazonaws.cn",
            "aws-us-gov" => "console.amazonaws-us-gov.com",
            _ => "console.aws.amazon.com",
        };
        format!("https://{region}.{domain}/cloudwatch/home?region={region}", region = self.region)
    }

    /// The page of an alarm.
    pub(crate) fn alarm(&self, name: &str) -> String {
        format!("{}#alarmsV2:alarm/{}", self.cloudwatch(), percent(name))
    }

    /// The query, ready to run. The console keeps it in the fragment, in a notation of its own: an object is
    /// `~(key~value…)`, a list `~(~value…)`, a text begins with `'`, and what is no letter, digit, `-`, `.` or `_` in
    /// a text is `*` and its code. The marks of the notation are percent-encoded twice, with `$` for `%`.
    pub(crate) fn logs(&self, query: &LogsQuery) -> String {
        let time = |at: Timestamp| text(&at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
        let mut detail = format!(
            "{TILDE}{OPEN}end{TILDE}{}{TILDE}start{TILDE}{}{TILDE}timeType{TILDE}{}{TILDE}tz{TILDE}{}{TILDE}editorString{TILDE}{}{TILDE}source{TILDE}{OPEN}",
            time(query.to),
            time(query.from),
            text("ABSOLUTE"),
            text("UTC"),
            text(&query.text),
        );
        for group in &query.log_groups {
            let _ = write!(detail, "{TILDE}{}", text(group));
        }
        detail.push_str(CLOSE);
        detail.push_str(CLOSE);
        format!("{}#logsV2:logs-insights$3FqueryDetail$3D{detail}", self.cloudwatch())
    }
}

const TILDE: &str = "$257E";
const OPEN: &str = "$2528";
const CLOSE: &str = "$2529";
const QUOTE: &str = "$2527";

fn text(text: &str) -> String {
    let mut encoded = QUOTE.to_owned();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "*{byte:02x}");
            }
        }
    }
    encoded
}

/// `text` as it may stand in an address or a key: every octet that is not plain in percent notation.
pub(crate) fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn console() -> Console {
        Console::of_arn("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a").expect("an ARN")
    }

    #[test]
    fn an_alarms_name_is_encoded() {
        assert_eq!(
            console().alarm("a b/ñ"),
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/a%20b%2F%C3%B1"
        );
        let china = Console::of_arn("arn:aws-cn:sns:cn-north-1:1:t").expect("an ARN");
        assert!(china.alarm("a").starts_with("https://cn-north-1.console.amazonaws.cn/"), "{}", china.alarm("a"));
        for no_region in ["x", "arn:aws:s3:::b", "arn:aws:sns:evil.example/:1:t", "arn:aws:sns:a\nb:1:t"] {
            assert_eq!(Console::of_arn(no_region), None, "{no_region}");
        }
    }

    /// The address that the console itself makes of this query, as people quote it.
    #[test]
    fn a_query_is_written_as_the_console_writes_it() {
        let query = LogsQuery {
            log_groups: vec!["/aws/lambda/a".to_owned(), "/aws/lambda/b".to_owned()],
            text: "fields @timestamp, @message\n| filter @message =~ \"Exception\"\n| limit 200".to_owned(),
            from: "2021-07-15T21:00:00Z".parse().expect("a time"),
            to: "2021-07-18T20:59:59Z".parse().expect("a time"),
        };
        assert_eq!(
            console().logs(&query),
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights\
             $3FqueryDetail$3D$257E$2528end$257E$25272021-07-18T20*3a59*3a59.000Z$257Estart$257E\
             $25272021-07-15T21*3a00*3a00.000Z$257EtimeType$257E$2527ABSOLUTE$257Etz$257E$2527UTC$257EeditorString$257E\
             $2527fields*20*40timestamp*2c*20*40message*0a*7c*20filter*20*40message*20*3d*7e*20*22Exception*22*0a*7c*20\
             limit*20200$257Esource$257E$2528$257E$2527*2faws*2flambda*2fa$257E$2527*2faws*2flambda*2fb$2529$2529"
        );
    }
}
