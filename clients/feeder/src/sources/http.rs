//! JSON over HTTP: one GET, no redirection, no more bytes than allowed.

use std::time::Duration;

use reqwest::{header, redirect::Policy, Client, Response};

use super::{now, read_document, Observation, SourceError};
use crate::{
	address::origin,
	config::{Http, Paths, Source},
};

/// A source over HTTP.
pub struct HttpSource {
	client: Client,
	url: reqwest::Url,
	paths: Paths,
	maximum_bytes: usize,
	power_of_ten: i32,
	timeout: Duration,
}

impl HttpSource {
	/// A client for one source.
	pub fn new(http: &Http, source: &Source) -> Result<Self, SourceError> {
		let builder = Client::builder()
			.user_agent(concat!("strata-feeder/", env!("CARGO_PKG_VERSION")))
			.default_headers(http.headers.clone())
			.redirect(Policy::none())
			.timeout(source.timeout.as_std())
			.connect_timeout(source.timeout.as_std());
		let builder = if http.system_proxy { builder } else { builder.no_proxy() };
		Ok(Self {
			client: builder.build().map_err(|error| transport(&error))?,
			url: http.url.clone(),
			paths: http.paths.clone(),
			maximum_bytes: http.maximum_bytes,
			power_of_ten: source.power_of_ten,
			timeout: source.timeout.as_std(),
		})
	}

	/// Asks once. What has no date of its own is as old as the question.
	pub async fn fetch(&self) -> Result<Observation, SourceError> {
		let asked = now();
		let request = self.client.get(self.url.clone()).header(header::ACCEPT, "application/json");
		let response = request.send().await.map_err(|error| self.failure(&error))?;
		let status = response.status();
		if status.is_redirection() {
			return Err(SourceError::Redirect(self.target(&response)));
		}
		if !status.is_success() {
			return Err(SourceError::Status(status.as_u16()));
		}
		let body = self.body(response).await?;
		read_document(&body, &self.paths, self.power_of_ten, asked)
	}

	/// Where a redirection leads, as it may be shown.
	fn target(&self, response: &Response) -> String {
		let target = response.headers().get(header::LOCATION);
		let target = target.and_then(|target| target.to_str().ok());
		let target = target.and_then(|target| self.url.join(target).ok());
		let shown = target.map_or("nowhere".into(), |target| origin(&target));
		shown.chars().take(200).collect()
	}

	fn failure(&self, error: &reqwest::Error) -> SourceError {
		match error.is_timeout() {
			true => SourceError::Timeout(self.timeout),
			false => transport(error),
		}
	}

	/// The body, given up as soon as it is too long.
	async fn body(&self, mut response: Response) -> Result<Vec<u8>, SourceError> {
		let mut body = Vec::new();
		while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
			if body.len() + chunk.len() > self.maximum_bytes {
				return Err(SourceError::TooLong(self.maximum_bytes));
			}
			body.extend_from_slice(&chunk);
		}
		Ok(body)
	}
}

/// What went wrong, down to the cause, without the address: there may be a secret in it.
fn transport(error: &reqwest::Error) -> SourceError {
	let mut text = if error.is_connect() { "cannot connect" } else { "broken off" }.to_owned();
	let mut cause = std::error::Error::source(error);
	while let Some(error) = cause {
		text = format!("{text}: {error}");
		cause = error.source();
	}
	SourceError::Transport(text)
}
