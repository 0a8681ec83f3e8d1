//! A subscriber whose web address confirms its subscription and then refuses everything.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;

use crate::{DrillError, World, error::Doing};

/// How long one caller may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The server; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Refusing {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Refusing {
    fn listen() -> Result<Self, DrillError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).doing("listening")?;
        let address = listener.local_addr().doing("listening")?;
        let ended = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&ended);
        let serve = move || {
            for caller in listener.incoming().flatten() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                // Who hangs up has its answer: none.
                let _ = answer(&caller);
            }
        };
        let thread = thread::Builder::new().name("refusing-subscriber".to_owned()).spawn(serve);
        Ok(Self { address, ended, thread: Some(thread.doing("starting a thread")?) })
    }
}

impl Drop for Refusing {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes it: it waits for a caller.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Confirms a subscription, and answers 500 to everything else.
fn answer(mut caller: &TcpStream) -> std::io::Result<()> {
    caller.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(caller);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) =
            line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        {
            let _ = name;
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let status = match message["SubscribeURL"].as_str().filter(|_| message["Type"] == "SubscriptionConfirmation") {
        Some(address) => confirm(address).map(|()| "200 OK")?,
        None => "500 Internal Server Error",
    };
    write!(caller, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

/// Calls the address that confirms.
fn confirm(address: &str) -> std::io::Result<()> {
    let rest = address.strip_prefix("http://").unwrap_or(address);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut service = TcpStream::connect(host)?;
    service.set_read_timeout(Some(PATIENCE))?;
    write!(service, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    service.read_to_end(&mut Vec::new()).map(drop)
}

/// Subscribes such an address to the topic of the data users.
///
/// # Errors
/// When it cannot listen, or SNS refuses.
pub fn subscribe_refusing(world: &World) -> Result<(), DrillError> {
    let server = Refusing::listen()?;
    let address = format!("http://{}/notices", server.address);
    let topic = world.output("DataUsersTopicArn")?;
    world.aws(&[
        "sns",
        "subscribe",
        "--topic-arn",
        topic,
        "--protocol",
        "http",
        "--notification-endpoint",
        &address,
    ])?;
    world.keep(server);
    Ok(())
}
