#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The number of this process.
enum ProcessIdentifier {
  static var current: Int32 { getpid() }
}

/// The environment of the process.
package enum ProcessEnvironment {
  /// All variables; if one occurs twice, its first value.
  package static func variables() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let mark = text.utf8.firstIndex(of: UInt8(ascii: "=")), mark > text.startIndex {
        let name = String(text[..<mark])
        if variables[name] == nil {
          variables[name] = String(text[text.utf8.index(after: mark)...])
        }
      }
      next += 1
    }
    return variables
  }
}
