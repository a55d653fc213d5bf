extension Fault {
  /// A fault of every kind, as it is written, and what it does.
  package static let examples: [(text: String, meaning: String)] = [
    ("429", "not processed: too many requests"),
    ("429:retry-after=1", "not processed: too many requests, with a Retry-After"),
    ("500", "not processed: an error of the server"),
    ("503", "not processed: unavailable"),
    ("limit:8", "not processed: 429 above eight requests in flight"),
    ("limit-rate:3/s", "not processed: 429 for expressions above three a second"),
    ("refuse", "not processed: the connection is reset before"),
    ("redirect:http://127.0.0.1:1/", "not processed: leads elsewhere"),
    ("reset", "processed: the connection is reset after"),
    ("hang", "processed: no answer comes"),
    ("truncate", "processed: the answer is cut short"),
    ("garbage", "processed: the answer is no HTTP"),
    ("html", "processed: the answer is a web page"),
    ("empty", "processed: the answer has no body"),
    ("slow:1KB/s", "processed: the answer arrives slowly"),
    ("delay:50ms", "answers begin later"),
    ("jitter:20ms", "answers begin later by a random part"),
    ("stale", "listings show the state before the last write"),
    ("gone", "the agent leaves before the request"),
    ("invite-never", "an invite is never answered"),
    ("invite-refused", "an invite is refused"),
  ]
}
