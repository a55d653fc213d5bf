/// A transport that stands before another one.
///
/// The order is fixed in ``TwilioClient``: log, then authentication, then the wire. The log comes first
/// so that no secret has been added to what it sees.
protocol Middleware: Transport {
  /// Whom a request is handed on to.
  var next: any Transport { get }
}
