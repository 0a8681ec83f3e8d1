//! The way to the emulator, for what it answers itself.

use std::sync::OnceLock;

use hyper::{Request, Response, Uri, body::Incoming, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::protocol::Fault;

/// Hands calls on as they are.
#[derive(Debug)]
pub(super) struct Forward {
    client: Client<HttpConnector, Incoming>,
    emulator: OnceLock<String>,
}

impl Forward {
    /// Leads nowhere yet.
    pub(super) fn new() -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), emulator: OnceLock::new() }
    }

    /// Leads to the emulator from now on, which starts after what it finds its CloudWatch at.
    pub(super) fn lead_to(&self, emulator: &str) {
        // There is one emulator.
        let _ = self.emulator.set(emulator.to_owned());
    }

    /// The emulator's answer, as it comes.
    pub(super) async fn send(&self, mut request: Request<Incoming>) -> Result<Response<Incoming>, Fault> {
        let unavailable = |why: String| Fault::new("ServiceUnavailableException", why);
        let Some(emulator) = self.emulator.get() else {
            return Err(unavailable("the local AWS is still starting: try again".to_owned()));
        };
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let uri: Uri = format!("{emulator}{path}").parse().expect("an address and a path that was one");
        *request.uri_mut() = uri;
        for own in [header::HOST, header::CONNECTION] {
            // Of this connection, not of the next.
            request.headers_mut().remove(own);
        }
        let sent = self.client.request(request).await;
        let mut response = sent.map_err(|error| unavailable(format!("the emulator does not answer: {error}")))?;
        response.headers_mut().remove(header::CONNECTION);
        Ok(response)
    }
}
