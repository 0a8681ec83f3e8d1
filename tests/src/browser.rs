//! A headless Chromium that is driven through ChromeDriver, as a person would use it.

use std::{
    env,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::world::eventually;

/// Set to anything, a browser that is missing is a failure instead of a skipped test.
const REQUIRED: &str = "ATALAYA_TEST_BROWSER";
/// What ChromeDriver prints before its port.
const ON_PORT: &str = "started successfully on port ";

/// One browser with one window; it ends when this is dropped.
pub(crate) struct Browser {
    runtime: Runtime,
    client: Client,
    driver: Child,
    // After the browser: it writes there to its end.
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts it with a window of this size; `None`, having said so, where no Chromium is installed.
    pub(crate) fn start(width: u32, height: u32) -> Option<Self> {
        let (Some(chromium), Some(chromedriver)) = (program("chromium"), program("chromedriver")) else {
            assert!(env::var_os(REQUIRED).is_none(), "{REQUIRED} is set, and chromium or chromedriver is missing");
            println!("skipped: chromium and chromedriver are not installed");
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder");
        // A group of its own, so that the browser ends with its driver.
        let mut driver = Command::new(chromedriver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver starts");
        let printed = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
        let port = printed.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once(ON_PORT)?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver tells its port"));
        let runtime = Runtime::new().expect("a runtime");
        let profile_of = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &format!("--window-size={width},{height}"),
            &profile_of,
        ];
        let options = json!({ "binary": chromium, "args": arguments });
        let wanted = [("browserName", json!("chrome")), ("goog:chromeOptions", options)];
        let wanted = wanted.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        let connected =
            runtime.block_on(ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&address));
        let client = match connected {
            Ok(client) => client,
            Err(error) => {
                end(&mut driver);
                panic!("the browser does not start: {error}");
            }
        };
        Some(Self { runtime, client, driver, _profile: profile })
    }

    /// Opens a page.
    pub(crate) fn open(&self, url: &str) {
        self.runtime.block_on(self.client.goto(url)).expect("the page opens");
    }

    /// Where it is.
    pub(crate) fn address(&self) -> String {
        self.runtime.block_on(self.client.current_url()).expect("it tells").to_string()
    }

    /// The element that the CSS selector finds first, once it is there and shown.
    pub(crate) fn see(&self, selector: &str) -> Element {
        eventually(&format!("{selector} on {}", self.address()), || {
            self.runtime.block_on(async {
                let found = self.client.find(Locator::Css(selector)).await.map_err(|error| error.to_string())?;
                match found.is_displayed().await {
                    Ok(true) => Ok(found),
                    Ok(false) => Err("it is hidden".to_owned()),
                    Err(error) => Err(error.to_string()),
                }
            })
        })
    }

    /// Clicks what the selector finds.
    pub(crate) fn click(&self, selector: &str) {
        eventually(&format!("a click on {selector}"), || {
            let element = self.see(selector);
            self.runtime.block_on(element.click()).map_err(|error| error.to_string())
        });
    }

    /// Waits until the text of what the selector finds is as it should; answers with it.
    pub(crate) fn read(&self, selector: &str, is_right: impl Fn(&str) -> bool) -> String {
        eventually(&format!("the right text at {selector}"), || {
            let element = self.see(selector);
            // An element may be replaced between finding and reading it.
            let text = self.runtime.block_on(element.text()).map_err(|error| error.to_string())?;
            if is_right(&text) { Ok(text) } else { Err(text) }
        })
    }

    /// Waits until the script, the body of a function, gives something other than `null` or `false`.
    pub(crate) fn until(&self, what: &str, script: &str) -> Value {
        eventually(what, || match self.run(script) {
            Value::Null | Value::Bool(false) => Err(format!("{script} on {}", self.address())),
            value => Ok(value),
        })
    }

    /// Runs a script, the body of a function, in the page.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.runtime
            .block_on(self.client.execute(script, Vec::new()))
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Presses keys where the focus is.
    pub(crate) fn press(&self, keys: &str) {
        self.runtime.block_on(async {
            let focused = self.client.active_element().await.expect("something has the focus");
            focused.send_keys(keys).await.expect("it takes keys");
        });
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its own goodbye first: then it removes what it made. A browser that is gone already needs none.
        let _ = self.runtime.block_on(self.client.clone().close());
        end(&mut self.driver);
    }
}

/// Kills the driver's whole group, and waits for the driver.
fn end(driver: &mut Child) {
    let group = i32::try_from(driver.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // What has ended already cannot be killed, and need not be.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = driver.wait();
}

/// A program of this name in `PATH`.
fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
