/// The version of flexsh.
package enum Version {
  /// In the form of <https://semver.org>.
  package static let current = "0.1.0"
}
