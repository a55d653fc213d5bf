import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Describes the errors of NIO in our own words.
enum ConnectionFailure {
  /// Describes an error while connecting: nothing was sent.
  static func describe(_ error: any Error) -> TransportError {
    func failure(_ kind: TransportError.Kind, _ message: String) -> TransportError {
      TransportError(kind, message, mayHaveReachedServer: false)
    }
    switch error {
    case let error as TransportError: return error
    case let error as NIOConnectionError:
      if error.connectionErrors.isEmpty {
        return failure(.connect, "no address is known for \(error.host)")
      }
      let reason = error.connectionErrors.first.map { words(for: $0.error) } ?? "no answer"
      return failure(.connect, "no connection to \(error.host):\(error.port): \(reason)")
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      return failure(.tls, tlsWords(error))
    case ChannelError.connectTimeout:
      return failure(.connect, "no connection within the time limit")
    default: return failure(.connect, "no connection: \(words(for: error))")
    }
  }

  /// Describes an error while connecting to an address: nothing was sent.
  static func describe(
    _ error: any Error, connectingTo host: String, _ port: Int
  ) -> TransportError {
    if case ChannelError.connectTimeout = error { return describe(error) }
    return TransportError(
      .connect, "no connection to \(host):\(port): \(words(for: error))",
      mayHaveReachedServer: false)
  }

  /// Describes an error during an exchange.
  static func describe(
    _ error: any Error, whileReading: Bool, mayHaveReachedServer: Bool
  ) -> TransportError {
    let kind: TransportError.Kind
    let message: String
    switch error {
    case is NIOSSLError, is BoringSSLError:
      kind = whileReading ? .malformed : .reset
      message =
        whileReading
        ? "the connection closed inside the answer"
        : "the connection closed before an answer came"
    default:
      kind = whileReading ? .malformed : .reset
      message =
        (whileReading ? "the connection broke inside the answer: " : "the connection broke: ")
        + words(for: error)
    }
    return TransportError(kind, message, mayHaveReachedServer: mayHaveReachedServer)
  }

  private static func tlsWords(_ error: any Error) -> String {
    let text = "\(error)"
    for (sign, words) in [
      ("CERTIFICATE_VERIFY_FAILED", "the server's certificate is not trusted"),
      ("unableToValidateCertificate", "the server's certificate is not trusted"),
      ("certificate", "the server's certificate is not for this host"),
      ("WRONG_VERSION_NUMBER", "the server does not speak TLS"),
      ("PROTOCOL_VERSION", "the server speaks no TLS of version 1.2 or later"),
      ("UNSUPPORTED_PROTOCOL", "the server speaks no TLS of version 1.2 or later"),
      ("uncleanShutdown", "the server closed the connection during the handshake"),
    ] where text.contains(sign) {
      return words
    }
    return "no secure connection: the handshake failed"
  }

  private static func words(for error: any Error) -> String {
    if let error = error as? IOError {
      switch error.errnoCode {
      case ECONNREFUSED: return "connection refused"
      case ECONNRESET: return "connection reset"
      case ETIMEDOUT: return "timed out"
      case EHOSTUNREACH: return "no route to the host"
      case ENETUNREACH: return "the network cannot be reached"
      case EPIPE: return "the other side closed it"
      default: return "system error \(error.errnoCode)"
      }
    }
    if case ChannelError.connectTimeout = error { return "no answer within the time limit" }
    return "\(error)"
  }
}
