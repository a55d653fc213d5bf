/// The version of flexsh.
package enum Version {
  /// In the form of <https://semver.org>.
  package static let current = "0.1.0"
  /// The day on which the version was fixed, for manual pages.
  package static let date = "2026-11-26"
}
