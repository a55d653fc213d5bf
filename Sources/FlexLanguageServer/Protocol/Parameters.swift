import FlexAPI

/// The parameters of a request, whose members are read by their names.
struct Parameters {
  let object: JSONObject

  init(_ json: JSON?) {
    object = json?.object ?? JSONObject()
  }

  /// A text.
  func text(_ name: String) throws(ResponseError) -> String {
    guard let text = object[name]?.text else { throw .missing(name) }
    return text
  }

  /// An object.
  func parameters(_ name: String) throws(ResponseError) -> Parameters {
    guard let inner = object[name], inner.object != nil else { throw .missing(name) }
    return Parameters(inner)
  }

  /// The members of an object that may be left out.
  func optional(_ name: String) -> Parameters { Parameters(object[name]) }

  /// The URI of the document that the request is about.
  func uri() throws(ResponseError) -> String {
    try parameters("textDocument").text("uri")
  }

  /// A position.
  func position(_ name: String = "position") throws(ResponseError) -> Position {
    guard let position = Position(object[name]) else { throw .missing(name) }
    return position
  }

  /// A range.
  func range(_ name: String = "range") throws(ResponseError) -> (start: Position, end: Position) {
    let range = try parameters(name)
    return (try range.position("start"), try range.position("end"))
  }

  /// Whether a flag is set.
  func flag(_ name: String) -> Bool { object[name] == .bool(true) }
}
