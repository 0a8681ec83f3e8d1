//! Reads a page, and tells all its faults at once.

use std::{collections::BTreeMap, str::FromStr as _};

use crate::{
    Command, Fault, Part, Query, Runbook, RunbookFaults, Section, SectionName, Severity, Subject,
    placeholder::{self, Placeholder},
    subject,
};

/// What stands before and after front matter.
const MARK: &str = "---";
/// What opens and closes a block.
const FENCE: &str = "```";
/// What the front matter says at least.
const KEYS: [&str; 4] = ["alarm", "severity", "owner", "drill"];

impl Runbook {
    /// Reads the page of the alarm `name`.
    ///
    /// # Errors
    /// All faults of the page, with their lines.
    pub fn parse(name: &str, text: &str) -> Result<Self, RunbookFaults> {
        let mut reader = Reader { name, faults: Vec::new() };
        let lines: Vec<(usize, &str)> = (1..).zip(text.lines().map(str::trim_end)).collect();
        let (front, body) = reader.front(&lines);
        let subject = reader.subject(&front);
        reader.unknown_placeholders(body);
        let (title, sections) = reader.body(body);
        let mut faults = reader.faults;
        faults.sort();
        let text = |key: &str| front.get(key).map(|(_, value)| (*value).to_owned()).unwrap_or_default();
        match front.get("severity").and_then(|(_, word)| Severity::from_str(word).ok()) {
            Some(severity) if faults.is_empty() => Ok(Self {
                alarm: text("alarm"),
                severity,
                owner: text("owner"),
                drill: text("drill"),
                subject,
                title,
                sections,
            }),
            _ => Err(RunbookFaults { name: name.to_owned(), faults }),
        }
    }
}

struct Reader<'a> {
    name: &'a str,
    faults: Vec<Fault>,
}

/// Lines with their numbers.
type Lines<'t> = [(usize, &'t str)];

impl Reader<'_> {
    fn tell(&mut self, line: usize, message: impl Into<String>) {
        self.faults.push(Fault { line, message: message.into() });
    }

    /// The front matter with its lines, and the rest of the page.
    fn front<'t, 'l>(&mut self, lines: &'l Lines<'t>) -> (BTreeMap<&'static str, (usize, &'t str)>, &'l Lines<'t>) {
        let mut front = BTreeMap::new();
        let end = lines.iter().skip(1).position(|(_, line)| *line == MARK).map(|at| at + 1);
        let (true, Some(end)) = (lines.first().is_some_and(|(_, line)| *line == MARK), end) else {
            self.tell(1, format!("the page must begin with front matter: {MARK}, {}, {MARK}", KEYS.join(", ")));
            return (front, lines);
        };
        for (number, line) in lines[1..end].iter().filter(|(_, line)| !line.is_empty()) {
            let (key, value) = line.split_once(':').unwrap_or((line, ""));
            match KEYS.into_iter().chain(subject::KEYS).find(|known| *known == key) {
                None => self.tell(
                    *number,
                    format!("`{key}` is not known here; there are {}, {}", KEYS.join(", "), subject::KEYS.join(", ")),
                ),
                Some(key) if front.contains_key(key) => self.tell(*number, format!("`{key}` stands here twice")),
                Some(key) => {
                    front.insert(key, (*number, value.trim()));
                }
            }
        }
        for key in KEYS {
            match front.get(key) {
                None => self.tell(1, format!("the front matter does not say `{key}`")),
                Some((line, "")) => self.tell(*line, format!("`{key}` is empty")),
                Some(_) => {}
            }
        }
        if let Some((line, alarm)) = front.get("alarm").copied().filter(|(_, alarm)| *alarm != self.name) {
            self.tell(line, format!("the alarm must be called as the page: {}, not {alarm}", self.name));
        }
        if let Some((line, word)) = front.get("severity").copied().filter(|(_, word)| !word.is_empty())
            && !matches!(Severity::from_str(word), Ok(Severity::Page | Severity::Ticket))
        {
            self.tell(line, format!("the severity `{word}` is not known; there are page and ticket"));
        }
        (front, &lines[end + 1..])
    }

    /// What the alarm speaks of, as far as the front matter says it.
    fn subject(&mut self, front: &BTreeMap<&'static str, (usize, &str)>) -> Subject {
        let mut subject = Subject::default();
        for (key, (line, value)) in subject::KEYS.into_iter().filter_map(|key| Some((key, *front.get(key)?))) {
            let set = if value.is_empty() { Err(format!("`{key}` is empty")) } else { subject.set(key, value) };
            if let Err(fault) = set {
                self.tell(line, fault);
            }
        }
        subject
    }

    fn unknown_placeholders(&mut self, lines: &Lines<'_>) {
        for (number, line) in lines {
            for word in placeholder::unknown(line) {
                let known = Placeholder::ALL.map(|placeholder| placeholder.to_string()).join(", ");
                self.tell(*number, format!("{{{}}} is no placeholder; there are {known}", word.name));
            }
        }
    }

    fn body(&mut self, lines: &Lines<'_>) -> (String, Vec<Section>) {
        let starts: Vec<usize> = headings(lines).collect();
        let first = starts.first().copied().unwrap_or(lines.len());
        let title = self.title(&lines[..first]);
        let mut sections: Vec<Section> = Vec::new();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(lines.len());
            let (number, heading) = lines[*start];
            let parts = self.parts(&lines[start + 1..end]);
            let heading = heading.trim_start_matches('#').trim();
            let Some(name) = SectionName::ALL.into_iter().find(|name| name.as_str() == heading) else {
                self.tell(number, format!("`{heading}` is no section of a runbook; there are {}", order()));
                continue;
            };
            if sections.iter().any(|section| section.name == name) {
                self.tell(number, format!("`{heading}` stands here twice"));
            } else if sections.iter().any(|section| section.name > name) {
                self.tell(number, format!("`{heading}` stands too late; the order is {}", order()));
            }
            if parts.is_empty() {
                self.tell(number, format!("`{heading}` says nothing"));
            }
            sections.push(Section { name, parts });
        }
        let end = lines.last().map_or(1, |(number, _)| *number);
        for missing in SectionName::ALL.into_iter().filter(|name| sections.iter().all(|section| section.name != *name))
        {
            self.tell(end, format!("the section `{}` is missing", missing.as_str()));
        }
        (title, sections)
    }

    /// The words of the title, which stands alone before the first section.
    fn title(&mut self, lines: &Lines<'_>) -> String {
        let mut title = None;
        for (number, line) in lines.iter().filter(|(_, line)| !line.is_empty()) {
            match line.strip_prefix("# ") {
                Some(text) if title.is_none() => title = Some((*number, text.trim())),
                Some(_) => self.tell(*number, "a page has one title"),
                None => self.tell(*number, "nothing but the title stands before the first section"),
            }
        }
        let wanted = format!("# {}: what the alarm says, in a few words", self.name);
        let Some((number, text)) = title else {
            let line = lines.first().map_or(1, |(number, _)| *number);
            self.tell(line, format!("the page needs a title: {wanted}"));
            return String::new();
        };
        let words = text.strip_prefix(self.name).and_then(|rest| rest.strip_prefix(": ")).map(str::trim);
        if words.is_none() {
            self.tell(number, format!("the title must be: {wanted}"));
        }
        words.unwrap_or_default().to_owned()
    }

    fn parts(&mut self, lines: &Lines<'_>) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut prose: Vec<&str> = Vec::new();
        let mut rest = lines;
        while let [(number, line), after @ ..] = rest {
            rest = after;
            let Some(tag) = line.strip_prefix(FENCE) else {
                if line.starts_with("# ") {
                    self.tell(*number, "a page has one title; write `## ` for a section, `### ` within one");
                }
                prose.push(line);
                continue;
            };
            let length = after.iter().position(|(_, line)| *line == FENCE);
            let Some(length) = length else {
                self.tell(*number, format!("this block has no end: close it with {FENCE}"));
                break;
            };
            let (block, behind) = (&after[..length], &after[length + 1..]);
            rest = behind;
            let text = block.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
            match self.block(*number, tag, text) {
                Block::Run(part) => {
                    push_text(&mut parts, &mut prose);
                    parts.push(part);
                    if !says_what_one_sees(behind) {
                        self.tell(*number, "say in a sentence right after this block what one should see");
                    }
                }
                Block::Shown => {
                    prose.push(line);
                    prose.extend(block.iter().map(|(_, line)| *line));
                    prose.push(FENCE);
                }
                Block::Faulty => {}
            }
        }
        push_text(&mut parts, &mut prose);
        parts
    }

    /// What a fence with this tag holds.
    fn block(&mut self, line: usize, tag: &str, text: String) -> Block {
        let mut words = tag.split_whitespace();
        let kind = words.next().unwrap_or_default();
        let (mut when, mut groups) = (None, Vec::new());
        for word in words {
            match word.strip_prefix("when=") {
                Some("") => self.tell(line, "`when=` must name a cause"),
                Some(_) if when.is_some() => {
                    self.tell(line, "a block fits all causes or one: `when=` stands here twice")
                }
                Some(cause) => when = Some(cause.to_owned()),
                None if kind == "logs-insights" => groups.push(word.to_owned()),
                None => self.tell(line, format!("`{word}` behind {FENCE}{kind} is not known; there is when=CAUSE")),
            }
        }
        let empty = text.trim().is_empty();
        match kind {
            "sh" | "logs-insights" if empty => {
                self.tell(line, "this block is empty: write the command, or take the block away");
                Block::Faulty
            }
            "sh" => Block::Run(Part::Command(Command { text, line, when })),
            "logs-insights" => {
                if groups.is_empty() {
                    self.tell(line, "name the log groups that are asked: ```logs-insights atalaya-process");
                }
                Block::Run(Part::Query(Query { text, groups, line, when }))
            }
            "text" => Block::Shown,
            "" => {
                self.tell(line, "this block does not say what it is; there are sh, logs-insights and text");
                Block::Faulty
            }
            other => {
                self.tell(line, format!("a block of `{other}` is not known; there are sh, logs-insights and text"));
                Block::Faulty
            }
        }
    }
}

enum Block {
    /// Something that is run.
    Run(Part),
    /// An example of what one sees.
    Shown,
    /// Something whose faults are told.
    Faulty,
}

/// Where sections begin; a line in a block is no heading.
fn headings<'l>(lines: &'l Lines<'_>) -> impl Iterator<Item = usize> + use<'l> {
    let mut fenced = false;
    lines.iter().enumerate().filter_map(move |(at, (_, line))| {
        // A fence that opens or closes toggles; within one, a heading is a comment of the shell.
        fenced ^= line.starts_with(FENCE);
        (!fenced && line.starts_with("## ")).then_some(at)
    })
}

/// Whether a sentence, or an example of the output, stands right after a block. What ends with a colon introduces the
/// next one.
fn says_what_one_sees(behind: &Lines<'_>) -> bool {
    let mut paragraph = behind.iter().map(|(_, line)| *line).skip_while(|line| line.is_empty()).peekable();
    match paragraph.peek() {
        Some(line) if line.starts_with(FENCE) => line[FENCE.len()..].trim() == "text",
        _ => {
            let words: Vec<&str> = paragraph.take_while(|line| !line.is_empty() && !line.starts_with(FENCE)).collect();
            let text = words.join(" ");
            !text.starts_with('#') && (text.ends_with(['.', '!', '|']) || text.contains(". "))
        }
    }
}

fn push_text(parts: &mut Vec<Part>, prose: &mut Vec<&str>) {
    let text = prose.join("\n").trim_matches('\n').to_owned();
    prose.clear();
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
}

fn order() -> String {
    SectionName::ALL.map(SectionName::as_str).join(", ")
}

#[cfg(test)]
mod tests;
