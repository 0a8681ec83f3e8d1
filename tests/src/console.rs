//! The console in a browser, as who opens it sees it: the dashboards and their variable, a file on its way and an alarm
//! that comes and goes without the page being loaded again, and ways through it without a mouse or without eyes.

use atalaya_cloudwatch::alarm::State;
use atalaya_contract::{FileId, FileState};
use atalaya_local::OnCall;

use crate::{
    browser::Browser,
    world::{World, eventually, readings, send_canary},
};

/// How many of the evaluator's seconds pass in one of ours.
const CLOCK_SPEED: u32 = 20;
/// Values and their texts, which `atalaya_contract::format` is tested with as well.
const FORMATS: &str = include_str!("../../crates/contract/src/format/examples.json");
/// The key Tab, as WebDriver writes it.
const TAB: &str = "\u{E004}";
/// The key Enter.
const ENTER: &str = "\u{E007}";
/// The arrow to the left.
const LEFT: &str = "\u{E012}";
/// So many rows that a page sees the file being processed.
const MANY: u32 = 3_000_000;

fn world() -> World {
    World::start_with(|options| {
        options.clock_speed = CLOCK_SPEED;
        options.feeds = vec!["readings".to_owned()];
    })
}

/// A page that is loaded again forgets this.
fn leave_a_mark(browser: &Browser) {
    browser.run("window.mark = 'the same page'");
}

fn is_the_same_page(browser: &Browser) {
    assert_eq!(browser.run("return window.mark"), "the same page", "it was loaded again");
}

#[test]
fn the_console_shows_what_happens_while_it_happens() {
    let Some(browser) = Browser::start(1280, 900) else { return };
    let world = world();
    world.run(async { world.local.subscribe_on_call(OnCall::Ticket, "tickets").await.expect("subscribes") });
    let first = world.put("readings/first.csv", readings("FIR01", 20));
    world.ended(&first, FileState::Available);
    // A second dataset to pick from.
    send_canary(&world);
    browser.open(world.local.console_url());
    browser.see("[data-testid=dashboard-overview]");
    leave_a_mark(&browser);

    numbers_and_times_are_written_as_everywhere(&browser);
    dashboards_are_switched_and_a_dataset_is_picked(&browser);
    a_file_is_seen_on_its_way(&browser, &world);
    an_alarm_is_seen_to_come_and_go(&browser, &world);
    is_the_same_page(&browser);
    world.stop();
}

fn numbers_and_times_are_written_as_everywhere(browser: &Browser) {
    let differing = browser.run(&format!(
        "return import('/assets/format.js').then((format) => Object.entries({FORMATS}).flatMap(([name, pairs]) => \
         pairs.map(([value, text]) => [name, value, text, format[name](value, 'row')])) \
         .filter(([, , text, written]) => text !== written))"
    ));
    assert_eq!(differing, serde_json::json!([]), "the console's format.js and atalaya_contract::format");
}

fn dashboards_are_switched_and_a_dataset_is_picked(browser: &Browser) {
    for name in ["operations", "cost", "feeds"] {
        browser.click(&format!("[data-testid=nav-{name}]"));
        browser.see(&format!("[data-testid=dashboard-{name}] [data-testid=panel-0] svg"));
        assert!(browser.address().ends_with(&format!("/dashboards/{name}")), "{}", browser.address());
        let current = format!("return document.querySelector('[data-testid=nav-{name}]').getAttribute('aria-current')");
        assert_eq!(browser.run(&current), "page");
    }
    browser.until(
        "both datasets",
        "return ['canary', 'readings'].every((name) => \
         document.querySelector(`[data-testid=variable-dataset] option[value=${name}]`))",
    );
    // The feed that has alarms is chosen already.
    browser.click("[data-testid=variable-dataset] option[value=canary]");
    browser.until("the other dataset", "return location.search.includes('var.dataset=canary')");
    browser.click("[data-testid=variable-dataset] option[value=readings]");
    browser.until("a panel of the dataset's", "return document.querySelector('main').textContent.includes('readings')");
    eventually("the dataset in the address", || {
        let address = browser.address();
        if address.contains("var.dataset=readings") { Ok(()) } else { Err(address) }
    });
    // What came in within the last hour, in the words of a panel.
    browser.click("[data-testid=range-1h]");
    browser.until(
        "20 rows of the dataset",
        "return [...document.querySelectorAll('[data-testid^=panel-] svg')].some((svg) => \
         svg.getAttribute('aria-label')?.includes('20'))",
    );
}

fn a_file_is_seen_on_its_way(browser: &Browser, world: &World) {
    browser.click("[data-testid=nav-files]");
    browser.see("[data-testid=files] tr[data-key='readings/first.csv'][data-state=available]");
    browser.run(
        "window.states = [];
         const look = () => {
           const row = document.querySelector(\"tr[data-key='readings/many.csv']\");
           if (row && window.states.at(-1) !== row.dataset.state) window.states.push(row.dataset.state);
         };
         new MutationObserver(look).observe(document.querySelector('main'), {subtree: true, childList: true, attributes: true});",
    );
    let id = world.put("readings/many.csv", readings("MNY01", MANY));
    browser.see("tr[data-key='readings/many.csv'][data-state=available]");
    let states = browser.run("return window.states");
    let states: Vec<_> = states.as_array().expect("a list").iter().filter_map(|state| state.as_str()).collect();
    assert!(states.ends_with(&["processing", "available"]), "{states:?}");
    world.ended(&id, FileState::Available);
    browser.click("tr[data-key='readings/many.csv'] a");
    browser.read("main", |text| text.contains("3,000,000") && text.contains("available"));
    assert!(browser.address().contains("/files/"), "{}", browser.address());
}

fn an_alarm_is_seen_to_come_and_go(browser: &Browser, world: &World) {
    browser.click("[data-testid=nav-alarms]");
    browser.see("[data-testid=alarms]");
    let bad = world.put("readings/bad.csv", "station,taken_at,celsius,observer\nx,y,z,\n");
    world.ended(&bad, FileState::Rejected);
    let alarm = |state: State| format!("[data-testid='alarm-RejectRate-readings'][data-state={}]", state.as_str());
    browser.see(&alarm(State::Alarm));
    assert!(redness(browser, &alarm(State::Alarm)) > 0, "an alarm that is on is red");
    browser.read("[data-testid=status]", |words| words.contains("alarm"));
    browser.read("#alarm-count", |count| count.parse::<u32>().is_ok_and(|count| count > 0));
    the_page_is_read_and_its_runbook_followed(browser, &bad);

    browser.click("[data-testid=nav-alarms]");
    let good = world.put("readings/good.csv", readings("GOO01", 50));
    world.ended(&good, FileState::Available);
    browser.see(&alarm(State::Ok));
    assert!(redness(browser, &alarm(State::Ok)) < 0, "an alarm that is off is green");
    // Its page tells both changes.
    browser.click("#link-RejectRate-readings");
    browser.read("main", |text| text.matches("ALARM").count() + text.matches("in alarm").count() > 0);
}

/// The page is the text that its reader gets, its document is put away, and the commands of the runbook are about the
/// file that it names. The alarm that is on stands first on a dashboard.
fn the_page_is_read_and_its_runbook_followed(browser: &Browser, bad: &FileId) {
    browser.click("[data-testid=nav-notices]");
    browser.until(
        "the page is opened",
        "const page = [...document.querySelectorAll('[data-audience=ticket] .subject')]
           .find((subject) => subject.textContent.includes('RejectRate'));
         page?.click();
         return page !== undefined",
    );
    browser.read("details[open] [data-testid=notice-text]", |text| {
        text.contains("First step: atalaya") && text.contains(bad.as_str()) && !text.starts_with('{')
    });
    browser.until(
        "the document is put away",
        "return document.querySelector('details[open] [data-testid=raw]').open === false",
    );

    browser.click("[data-testid=nav-alarms]");
    browser.click("[data-testid='alarm-RejectRate-readings'] .links a");
    browser.see("[data-testid=runbook]");
    for command in
        ["atalaya files --dataset readings --status rejected", &format!("atalaya rejects {}", &bad.as_str()[..8])]
    {
        let is_filled = format!(
            "return [...document.querySelectorAll('.command code')].some((code) => code.textContent.startsWith('{command}'))"
        );
        browser.until("a command about the feed and the file", &is_filled);
    }
    browser.click("[data-testid=nav-overview]");
    browser.see("[data-testid='on-RejectRate-readings']");
}

/// How much more red than green the words of an alarm's state are.
fn redness(browser: &Browser, alarm: &str) -> i64 {
    let script = format!(
        "const badge = document.querySelector(\"{alarm} [data-testid=alarm-state]\");
         const [red, green] = getComputedStyle(badge).color.match(/[0-9.]+/g).map(Number);
         return Math.round(red - green);"
    );
    browser.until("the state's colour", &script).as_i64().expect("a number")
}

#[test]
fn the_console_is_walked_through_without_a_mouse_and_without_eyes() {
    let Some(browser) = Browser::start(390, 844) else { return };
    let world = world();
    let file = world.put("readings/first.csv", readings("WLK01", 20));
    world.ended(&file, FileState::Available);
    browser.open(world.local.console_url());
    browser.see("[data-testid=dashboard-overview] [data-testid=panel-0] svg");

    let landmarks = "return ['header', 'nav[aria-label]', 'main', 'footer', 'h1'].filter((landmark) => \
                     document.querySelectorAll(landmark).length !== 1)";
    assert_eq!(browser.run(landmarks).as_array().map(Vec::len), Some(0), "{}", browser.run(landmarks));
    assert_eq!(browser.run("return document.documentElement.lang"), "en");
    assert_eq!(browser.run("return document.querySelectorAll('[aria-live]').length > 0"), true);
    let nameless =
        "return [...document.querySelectorAll('button, a[href], select, input, figure[tabindex], svg[role=img]')]
                      .filter((element) => !(element.getAttribute('aria-label') || element.textContent.trim()
                        || element.labels?.length)).map((element) => element.outerHTML.slice(0, 120))";
    assert_eq!(browser.run(nameless).as_array().map(Vec::len), Some(0), "{}", browser.run(nameless));
    assert_eq!(
        browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
        true,
        "a phone need not scroll sideways"
    );

    // The first stop leads past the navigation.
    browser.run("document.activeElement.blur(); window.scrollTo(0, 0)");
    browser.press(TAB);
    assert_eq!(browser.run("return document.activeElement.className"), "skip");
    browser.press(ENTER);
    browser.until("the content has the focus", "return document.activeElement.id === 'main'");

    // On a phone the navigation is behind a button; both work by keys.
    browser.run("document.getElementById('menu').focus()");
    browser.press(ENTER);
    browser
        .until("the menu is open", "return document.getElementById('menu').getAttribute('aria-expanded') === 'true'");
    browser.run("document.querySelector('[data-testid=nav-operations]').focus()");
    browser.press(ENTER);
    browser.see("[data-testid=dashboard-operations]");

    // A graph's values are read one after the other, and said.
    browser.until(
        "a graph with values takes the focus",
        "const graph = document.querySelector('figure[data-kind=graph][tabindex]');
         graph?.focus();
         return document.activeElement === graph && graph !== null",
    );
    browser.press(LEFT);
    browser.until("its value is said", "return /[0-9]/.test(document.getElementById('announcement').textContent)");

    an_open_command_is_not_copied(&browser);

    let theme = "return getComputedStyle(document.body).backgroundColor";
    let before = browser.run(theme);
    browser.click("[data-testid=theme]");
    browser.until("the other theme", &format!("return getComputedStyle(document.body).backgroundColor !== {before}"));
    world.stop();
}

/// No alarm is on, so that nobody knows which file a runbook is about: whoever reads it says so before they copy.
fn an_open_command_is_not_copied(browser: &Browser) {
    browser.run("document.querySelector('footer a').click()");
    browser.see("[data-testid=runbooks]");
    browser.click(".runbook-list a[href='/runbooks/RejectRate']");
    browser.see("[data-testid=runbook]");
    let copy = "[...document.querySelectorAll('.command')].find((command) => \
                command.textContent.startsWith('atalaya rejects')).querySelector('.copy')";
    browser.run(&format!("{copy}.click()"));
    browser.until("what is missing", &format!("return {copy}.textContent === 'Fill in file_id first'"));
    browser.until("its field has the focus", "return document.activeElement.id.endsWith('-file_id')");
    browser.press("0a1b2c3d");
    browser.until(
        "the command is filled",
        &format!("return {copy}.parentElement.textContent.includes('rejects 0a1b2c3d')"),
    );
}
