/// A transport that wraps another one.
///
/// The order is fixed in ``TwilioClient``: log, then authentication, then the wire. The log comes
/// first so that the requests that it sees contain no secret yet.
protocol Middleware: Transport {
  /// The transport to which requests are passed on.
  var next: any Transport { get }
}

extension Middleware {
  var endCount: Int { next.endCount }
}
