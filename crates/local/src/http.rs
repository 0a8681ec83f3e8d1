//! HTTP servers on 127.0.0.1. Every web page that the user opens can reach them, so none of them answers pages, but for
//! the console its own.

use std::{error::Error, future::Future, net::Ipv4Addr};

use http_body_util::{Either, Full};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::{Body, Bytes, Incoming},
    header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::LocalError;

/// Takes a free port; answers with the port too.
pub(crate) async fn listen() -> Result<(TcpListener, u16), LocalError> {
    let network = |source| LocalError::Network { what: "listening on 127.0.0.1".to_owned(), source };
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(network)?;
    let port = socket.local_addr().map_err(network)?.port();
    Ok((socket, port))
}

/// Which pages a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// Those that it serves itself, and links to them.
    Own,
    /// None: programs call it.
    None,
}

/// The names of this machine. A page of elsewhere whose name was turned to this address (DNS rebinding) says its own
/// name here.
const HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];
/// The port that a host without one means.
const HTTP_PORT: &str = "80";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

impl Pages {
    /// Why a request that arrived at `port` is refused, if it is. A browser names the site that it talks to (`Host`),
    /// the page that makes a request (`Origin`) and how the two are related (`Sec-Fetch-Site`); pages can change none of
    /// them, and programs send a host alone.
    pub(crate) fn refusal(self, method: &Method, headers: &HeaderMap, port: u16) -> Option<(StatusCode, String)> {
        let Some(host) = only(headers, &HOST).filter(|host| is_own(host, port)) else {
            let sentence = format!("this answers to 127.0.0.1:{port} and localhost:{port} only: use one of these");
            return Some((StatusCode::MISDIRECTED_REQUEST, sentence));
        };
        let from_page = headers.contains_key(ORIGIN);
        let own_origin = only(headers, &ORIGIN).is_some_and(|origin| origin == format!("http://{host}"));
        let is_allowed = match (self, only(headers, &SEC_FETCH_SITE)) {
            (Self::None, _) if from_page => false,
            (Self::Own, _) if from_page => own_origin,
            // No browser, or what a person opens by hand.
            (_, Some("none")) => true,
            (_, None) => !headers.contains_key(&SEC_FETCH_SITE),
            (Self::Own, Some("same-origin")) => true,
            (Self::Own, Some(_)) => is_link(method, headers),
            (Self::None, Some(_)) => false,
        };
        (!is_allowed).then(|| (StatusCode::FORBIDDEN, "this does not answer other web pages".to_owned()))
    }
}

/// Whether a window goes to the address: nothing of it can be seen by the page with the link.
fn is_link(method: &Method, headers: &HeaderMap) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
        && only(headers, &SEC_FETCH_MODE) == Some("navigate")
        && only(headers, &SEC_FETCH_DEST) == Some("document")
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Whether a host is this machine, with the port that a request arrived at.
fn is_own(host: &str, port: u16) -> bool {
    let ours = HOSTS.iter().find_map(|ours| {
        let (name, rest) = host.split_at_checked(ours.len())?;
        name.eq_ignore_ascii_case(ours).then_some(rest)
    });
    match ours {
        Some("") => HTTP_PORT == port.to_string(),
        Some(rest) => rest.strip_prefix(':') == Some(port.to_string().as_str()),
        None => false,
    }
}

/// Answers every request that comes, for ever; those of pages that are not to be answered with a refusal.
pub(crate) async fn serve<A, F, B>(socket: TcpListener, pages: Pages, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    // A socket without an address answers nobody.
    let Ok(port) = socket.local_addr().map(|address| address.port()) else { return };
    let answer = move |request: Request<Incoming>| {
        let refused = pages.refusal(request.method(), request.headers(), port);
        let answered = match refused {
            Some(refused) => Err(refused),
            None => Ok(answer(request)),
        };
        async move {
            match answered {
                Ok(answered) => answered.await.map(Either::Left),
                Err((status, sentence)) => refuse(status, &sentence).map(Either::Right),
            }
        }
    };
    loop {
        // A connection that breaks while it is accepted is its caller's trouble.
        if let Ok((stream, _)) = socket.accept().await {
            tokio::spawn(converse(stream, answer.clone()));
        }
    }
}

async fn converse<A, F, B>(stream: TcpStream, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Send + Sync,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let service = service_fn(|request| {
        let answered = answer(request);
        async move { Ok::<_, std::convert::Infallible>(answered.await) }
    });
    // A caller that hangs up early is none of ours.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The answer to a request that is refused, for who looks why.
fn refuse(status: StatusCode, sentence: &str) -> Response<Full<Bytes>> {
    let body = serde_json::json!({ "error": sentence }).to_string();
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An answer without a body.
pub(crate) fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// 128 random bits in hexadecimal.
pub(crate) fn secret() -> Result<String, LocalError> {
    let what = "drawing a random number".to_owned();
    let word = || getrandom::u64().map_err(|error| LocalError::Network { what: what.clone(), source: error.into() });
    Ok(format!("{:016x}{:016x}", word()?, word()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a request with these headers, which arrived at port 4000, is answered.
    fn is_answered(pages: Pages, method: Method, headers: &[(&str, &str)]) -> Result<(), StatusCode> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::try_from(*name).expect("a name"), HeaderValue::from_str(value).expect("a value"));
        }
        pages.refusal(&method, &map, 4000).map_or(Ok(()), |(status, _)| Err(status))
    }

    #[test]
    fn only_this_machines_names_with_the_port_are_answered() {
        for host in ["127.0.0.1:4000", "localhost:4000", "LOCALHOST:4000", "[::1]:4000"] {
            assert_eq!(is_answered(Pages::None, Method::POST, &[("host", host)]), Ok(()), "{host}");
        }
        let others = ["example.com:4000", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:40001", "localhost.example.com:4000"];
        for host in others.into_iter().chain(["x.localhost:4000", "localhost:4000:4000", "localhost4000", "", "[::1]"])
        {
            let refused = is_answered(Pages::Own, Method::GET, &[("host", host)]);
            assert_eq!(refused, Err(StatusCode::MISDIRECTED_REQUEST), "{host}");
        }
        assert!(is_answered(Pages::None, Method::GET, &[]).is_err(), "no host");
        let two = [("host", "localhost:4000"), ("host", "example.com:4000")];
        assert!(is_answered(Pages::None, Method::GET, &two).is_err(), "two hosts");
    }

    #[test]
    fn pages_of_elsewhere_are_refused() {
        let host = ("host", "127.0.0.1:4000");
        let origins =
            ["http://example.com", "null", "http://127.0.0.1:4001", "https://127.0.0.1:4000", "http://localhost:4000"];
        for pages in [Pages::Own, Pages::None] {
            for method in [Method::GET, Method::POST, Method::OPTIONS] {
                for origin in origins {
                    let refused = is_answered(pages, method.clone(), &[host, ("origin", origin)]);
                    assert_eq!(refused, Err(StatusCode::FORBIDDEN), "{pages:?} {method} {origin}");
                }
            }
            // An image, a frame, a form by GET: none has an origin.
            for (mode, dest) in [("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")] {
                let fetch = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)];
                let refused = is_answered(pages, Method::GET, &[&[host][..], &fetch].concat());
                assert_eq!(refused, Err(StatusCode::FORBIDDEN), "{pages:?} {mode} {dest}");
            }
            let by_hand = is_answered(pages, Method::GET, &[host, ("sec-fetch-site", "none")]);
            assert_eq!(by_hand, Ok(()), "{pages:?}");
        }
    }

    #[test]
    fn the_consoles_own_pages_and_links_to_it_work() {
        let host = ("host", "localhost:4000");
        let own = [host, ("origin", "http://localhost:4000"), ("sec-fetch-site", "same-origin")];
        assert_eq!(is_answered(Pages::Own, Method::GET, &own), Ok(()));
        assert_eq!(is_answered(Pages::Own, Method::GET, &[host, ("sec-fetch-site", "same-origin")]), Ok(()));
        let link =
            [host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        assert_eq!(is_answered(Pages::Own, Method::GET, &link), Ok(()));
        assert_eq!(is_answered(Pages::Own, Method::POST, &link), Err(StatusCode::FORBIDDEN));
        // Where no page is served, none is one's own.
        assert_eq!(is_answered(Pages::None, Method::GET, &own), Err(StatusCode::FORBIDDEN));
        assert_eq!(is_answered(Pages::None, Method::GET, &link), Err(StatusCode::FORBIDDEN));
    }

    #[test]
    fn secrets_differ() {
        let (one, other) = (secret().expect("random bits"), secret().expect("random bits"));
        assert_ne!(one, other);
        assert_eq!(one.len(), 32);
    }
}
