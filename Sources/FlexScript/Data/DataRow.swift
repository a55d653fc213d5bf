package import FlexAPI

/// One record of a data file.
package struct DataRow: Sendable {
  /// A field and its location in the file.
  package struct Field: Sendable {
    /// The name of its column or JSON member.
    package let name: String
    /// The value; in a table a text, or `null` for an empty cell.
    package let value: JSON
    /// The line and the column of its first character, 1-based.
    package let line, column: Int
  }

  /// The fields, in the order in which they appear in the file.
  package let fields: [Field]
  /// The line on which it begins, 1-based.
  package let line: Int
  /// The columns of the table that it belongs to; `nil` for a JSON record.
  package let header: TableHeader?

  /// The fields by name.
  package var object: JSONObject {
    JSONObject(fields.map { JSONObject.Member(name: $0.name, value: $0.value) })
  }

  /// Returns the field of this name; `nil` if there is none.
  ///
  /// The name may be the normalized form of a column's header, or of a member's name, if no other one
  /// has it.
  package func field(_ name: String) -> Field? {
    if let header { return header.index(of: name).map { fields[$0] } }
    if let exact = fields.first(where: { $0.name == name }) { return exact }
    let alike = fields.filter { TableHeader.normalized($0.name) == name }
    return alike.count == 1 ? alike[0] : nil
  }
}

/// A data file whose contents are not in the format that its name implies.
package struct DataProblem: Error, Hashable, Sendable {
  /// How much of the file it affects.
  package enum Extent: Sendable {
    /// One row; the rows after it can still be read.
    case row
    /// The rest of the file.
    case rest
    /// The whole file: it cannot be a table or records.
    case file
  }

  /// The reason, in lower case.
  package let reason: String
  /// What to do about it, if that is known.
  package var help: String?
  /// The line and the column of the problem, 1-based.
  package let line, column: Int
  /// How much of the file it affects.
  package var extent = Extent.rest
  /// Whether the file is no longer what was first read.
  package var isChange = false
}

/// The names of a table's columns.
package struct TableHeader: Sendable {
  /// The names as the header has them, without surrounding blanks.
  package let names: [String]
  private let indices: [String: Int]

  /// Creates a header; the names are not empty, and different from one another.
  init(_ names: [String]) {
    self.names = names
    var indices: [String: Int] = [:]
    for (index, name) in names.enumerated() { indices[name] = index }
    var forms: [String: [Int]] = [:]
    for (index, name) in names.enumerated() {
      if let form = TableHeader.normalized(name) { forms[form, default: []].append(index) }
    }
    for (form, columns) in forms where columns.count == 1 && indices[form] == nil {
      indices[form] = columns[0]
    }
    self.indices = indices
  }

  /// Returns the column with a name, or with a normalized form that no other column has.
  package func index(of name: String) -> Int? { indices[name] }

  /// How a script names each column, as short as possible.
  package var segments: [String] {
    names.enumerated().map { index, name in
      if NameSyntax.isSegment(name) { return name }
      if let form = TableHeader.normalized(name), indices[form] == index { return form }
      return name.contains("'") ? "\"\(name)\"" : "'\(name)'"
    }
  }

  /// Returns the normalized form of a name: lower case, with `_` for every run of characters other
  /// than ASCII letters and digits; `nil` if nothing is left, or if it begins with a digit.
  static func normalized(_ name: String) -> String? {
    var form: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): form.append(byte | 0x20)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        form.append(byte)
      default: if form.last != UInt8(ascii: "_") { form.append(UInt8(ascii: "_")) }
      }
    }
    if form.last == UInt8(ascii: "_") { form.removeLast() }
    if form.first == UInt8(ascii: "_") { form.removeFirst() }
    guard let first = form.first, !Lexer.isDigit(first) else { return nil }
    return String(decoding: form, as: UTF8.self)
  }
}
