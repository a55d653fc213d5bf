import FlexAPI

/// Why a request gets no result.
struct ResponseError: Error, Hashable {
  /// The kinds of errors.
  ///
  /// Sources: JSON-RPC 2.0 §5.1; Language Server Protocol 3.17,
  /// "Response Message".
  enum Code: Int {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParameters = -32602
    case serverNotInitialized = -32002
    /// The request is right, and cannot be fulfilled.
    case requestFailed = -32803
  }

  let code: Code
  /// What is wrong, for people.
  let message: String

  /// A request that cannot be fulfilled.
  static func failed(_ message: String) -> ResponseError {
    ResponseError(code: .requestFailed, message: message)
  }

  /// A parameter that is missing or of another type.
  static func missing(_ name: String) -> ResponseError {
    ResponseError(
      code: .invalidParameters, message: "`\(name)` is missing, or not what the protocol says")
  }

  /// The response to a request; `id` is null if the request could not be read.
  func response(id: JSON) -> JSON {
    .object([
      "jsonrpc": .string("2.0"), "id": id,
      "error": .object(["code": .number(code.rawValue), "message": .string(message)]),
    ])
  }
}
