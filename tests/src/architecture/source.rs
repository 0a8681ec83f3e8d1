//! Which paths inside its own crate a Rust source names: a scanner over the text, no parser.
//!
//! Comments, literals and items under `#[cfg(test)]` are blanked first, so what is left is code of the crate itself.
//! Macros are read as they are written, not expanded.

/// One path that a source names, as segments from the crate's root.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PathUse {
    pub(crate) segments: Vec<String>,
    /// From one.
    pub(crate) line: usize,
    /// The name it has after a `use`: the last segment, or what stands behind `as`. `None` outside of a `use`.
    pub(crate) imported_as: Option<String>,
    /// A `pub use`: what the module shows, not what it needs.
    pub(crate) exported: bool,
}

/// What one file declares and names.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Modules that lie in files of their own.
    pub(crate) modules: Vec<String>,
    pub(crate) paths: Vec<PathUse>,
}

/// Reads the file of `module`, whose segments start below the crate's root. Paths that start with the name of a
/// module declared in the same file count too.
pub(crate) fn read(text: &str, module: &[String]) -> Source {
    let tokens = tokenize(&without_tests(&without_comments_and_literals(text)));
    let declared: Vec<&str> =
        tokens.windows(2).filter(|pair| pair[0].text == "mod").map(|pair| pair[1].text.as_str()).collect();
    let mut source = Source::default();
    // Inline modules that are open, each with the depth of braces it was opened at.
    let mut inline: Vec<(String, usize)> = Vec::new();
    let (mut depth, mut index) = (0, 0);
    while index < tokens.len() {
        let at = |offset: usize| tokens.get(index + offset).map_or("", |token| token.text.as_str());
        match at(0) {
            "mod" if at(2) == ";" => source.modules.push(at(1).to_owned()),
            "mod" if at(2) == "{" => inline.push((at(1).to_owned(), depth)),
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inline.pop_if(|(_, opened)| *opened == depth);
            }
            first @ ("crate" | "super" | "self") if at(1) == "::" && starts_path(&tokens, index, first) => {
                let here: Vec<String> =
                    module.iter().cloned().chain(inline.iter().map(|(name, _)| name.clone())).collect();
                index = read_path(&tokens, index, &here, &mut source.paths);
                continue;
            }
            first if at(1) == "::" && declared.contains(&first) && starts_path(&tokens, index, first) => {
                index = read_path(&tokens, index, module, &mut source.paths);
                continue;
            }
            _ => {}
        }
        index += 1;
    }
    source
}

/// Whether a path starts here: not in its middle, and not the module of a `pub(in …)`.
fn starts_path(tokens: &[Token], index: usize, first: &str) -> bool {
    let before = |back: usize| index.checked_sub(back).map_or("", |place| tokens[place].text.as_str());
    let visibility = before(1) == "in" && before(2) == "(" && before(3) == "pub";
    !visibility && before(1) != "::" && (first != "self" || before(1) != "{")
}

/// Reads the tree of paths that starts at `index`; what follows it is the answer.
fn read_path(tokens: &[Token], index: usize, here: &[String], paths: &mut Vec<PathUse>) -> usize {
    let before = |back: usize| index.checked_sub(back).map_or("", |place| tokens[place].text.as_str());
    let imported = before(1) == "use";
    let exported = imported && matches!(before(2), "pub" | ")");
    let mut prefix = here.to_vec();
    let mut next = index;
    loop {
        match tokens[next].text.as_str() {
            "crate" => prefix.clear(),
            "super" => {
                prefix.pop();
            }
            "self" => {}
            _ => break,
        }
        next += 2;
        if tokens.get(next - 1).is_none_or(|token| token.text != "::") || next >= tokens.len() {
            return next - 1;
        }
    }
    read_tree(tokens, next, &prefix, (imported, exported), paths)
}

/// Reads `a::b`, `a::{b, c as d}` or `*` below `prefix`.
fn read_tree(
    tokens: &[Token],
    start: usize,
    prefix: &[String],
    (imported, exported): (bool, bool),
    paths: &mut Vec<PathUse>,
) -> usize {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut segments = prefix.to_vec();
    let mut index = start;
    // Outside of a `use` a brace opens a block or a value's fields, and `use` trees alone have lists.
    loop {
        match text(index) {
            "{" if imported => {
                index += 1;
                while !matches!(text(index), "}" | "") {
                    index = read_tree(tokens, index, &segments, (imported, exported), paths);
                    if text(index) == "," {
                        index += 1;
                    }
                }
                return index + 1;
            }
            name if name == "*" || is_identifier(name) => {
                if name != "self" {
                    segments.push(name.to_owned());
                }
                let line = tokens[index].line;
                index += 1;
                if text(index) == "::" {
                    index += 1;
                    continue;
                }
                let renamed = imported && text(index) == "as";
                let name =
                    if renamed { text(index + 1).to_owned() } else { segments.last().cloned().unwrap_or_default() };
                paths.push(PathUse { segments, line, imported_as: imported.then_some(name), exported });
                return if renamed { index + 2 } else { index };
            }
            // `crate::a::<T>` and what no path has: what was read so far counts.
            _ => {
                if let Some(token) = tokens.get(index.min(tokens.len() - 1)) {
                    paths.push(PathUse { segments, line: token.line, imported_as: None, exported: false });
                }
                return index + 1;
            }
        }
    }
}

struct Token {
    text: String,
    line: usize,
}

/// Identifiers, `::`, and single characters.
fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        if first == '\n' {
            line += 1;
        } else if !first.is_whitespace() {
            tokens.push(Token { text: rest[..length].to_owned(), line });
        }
        rest = &rest[length..];
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The text with comments and literals as blanks; lines stay where they are.
fn without_comments_and_literals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let hidden = comment_or_literal(rest, after_word);
        let length = if hidden > 0 { hidden } else { first.len_utf8() };
        if hidden > 0 {
            blank(&rest[..length], &mut out);
        } else {
            out.push(first);
        }
        after_word = hidden == 0 && is_word(first);
        rest = &rest[length..];
    }
    out
}

fn blank(hidden: &str, out: &mut String) {
    out.extend(hidden.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

/// How many bytes of `rest` are a comment or a literal; 0 when code starts here.
fn comment_or_literal(rest: &str, after_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if let Some(inside) = rest.strip_prefix('"') {
        return 1 + quoted(inside, '"');
    }
    if !after_word
        && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br\"") || rest.starts_with("br#"))
    {
        return raw_string(rest);
    }
    if rest.starts_with('\'') {
        return character(rest);
    }
    0
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut index) = (0, 0);
    let bytes = text.as_bytes();
    while index < bytes.len() {
        if bytes[index..].starts_with(b"/*") {
            (depth, index) = (depth + 1, index + 2);
        } else if bytes[index..].starts_with(b"*/") {
            (depth, index) = (depth - 1, index + 2);
            if depth == 0 {
                break;
            }
        } else {
            index += 1;
        }
    }
    index
}

/// Up to and with the closing quote, escapes passed over.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if c == quote && !escaped {
            return index + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// `r#name` is an identifier, not a string: 0.
fn raw_string(text: &str) -> usize {
    let after = text.trim_start_matches('b').trim_start_matches('r');
    let hashes = after.len() - after.trim_start_matches('#').len();
    let start = text.len() - after.len() + hashes;
    if !text[start..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    text[start + 1..].find(&end).map_or(text.len(), |length| start + 1 + length + end.len())
}

/// A character, not a lifetime (`'a` without a closing quote): 0.
fn character(text: &str) -> usize {
    let mut inside = text[1..].chars();
    match inside.next() {
        Some('\\') => 1 + quoted(&text[1..], '\''),
        Some(c) if inside.next() == Some('\'') => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// The text without the items that `#[cfg(test)]` stands before.
fn without_tests(text: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(MARK) {
        out.push_str(&rest[..start]);
        let item = start + MARK.len();
        let end = item + item_length(&rest[item..]);
        blank(&rest[start..end], &mut out);
        rest = &rest[end..];
    }
    out + rest
}

/// Up to the `;` or the closing brace of the item that stands first. Attributes' brackets and arguments are passed over.
fn item_length(text: &str) -> usize {
    let (mut braces, mut others) = (0_usize, 0_usize);
    for (index, c) in text.char_indices() {
        match c {
            '{' => braces += 1,
            '(' | '[' => others += 1,
            ')' | ']' => others = others.saturating_sub(1),
            '}' => {
                braces = braces.saturating_sub(1);
                // `use a::{b};` ends at its semicolon, and what follows a block starts something else.
                if braces == 0 && others == 0 && !text[index + 1..].starts_with(';') {
                    return index + 1;
                }
            }
            ';' if braces == 0 && others == 0 => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, module: &[&str]) -> Vec<String> {
        let module: Vec<String> = module.iter().map(|&name| name.to_owned()).collect();
        read(text, &module).paths.iter().map(|path| format!("{}:{}", path.segments.join("::"), path.line)).collect()
    }

    #[test]
    fn lists_and_new_names_are_each_a_path() {
        assert_eq!(
            found("use crate::{\n    a::{B, self},\n    c::D as E,\n    f::*,\n};\n", &["x"]),
            ["a::B:2", "a:2", "c::D:3", "f::*:4"]
        );
    }

    #[test]
    fn super_is_taken_from_the_module_it_stands_in() {
        assert_eq!(found("use super::a::B;\nuse super::super::c::D;", &["x", "y"]), ["x::a::B:1", "c::D:2"]);
        assert_eq!(found("mod inner { use super::a::B; }\nfn f() { super::c::d() }", &["x"]), ["x::a::B:1", "c::d:2"]);
    }

    #[test]
    fn paths_in_the_middle_of_code_count() {
        assert_eq!(found("fn f(v: crate::a::B) {\n    crate::c::d::<u8>(v)\n}", &["x"]), ["a::B:1", "c::d:2"]);
    }

    #[test]
    fn comments_literals_and_tests_do_not_count() {
        let text = "//! crate::a::B\n/* crate::a /* crate::b */ crate::c */\nconst S: &str = \"crate::d \\\" crate::e\";\n\
                    const R: &str = r#\"crate::f \" crate::g\"#;\nfn f<'a>(c: &'a char) -> bool { *c == '\"' }\n\
                    #[cfg(test)]\nmod tests;\n#[cfg(test)]\n#[allow(dead_code)]\nmod more { use crate::h::I; }\n\
                    #[cfg(test)]\nuse crate::{j::K};\npub(in crate::l) fn g() {}\nuse crate::z::Z;\n";
        assert_eq!(found(text, &["x"]), ["z::Z:14"]);
        assert!(read(text, &[]).modules.is_empty());
    }

    #[test]
    fn modules_in_files_are_listed_and_their_paths_start_without_crate() {
        let source = read("mod a;\npub mod b;\nmod c { mod d {} }\npub use a::B;\nfn f() { b::g() }", &[]);
        assert_eq!(source.modules, ["a", "b"]);
        assert_eq!(source.paths.iter().map(|path| path.exported).collect::<Vec<_>>(), [true, false]);
    }
}
