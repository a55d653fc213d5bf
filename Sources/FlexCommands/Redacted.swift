/// A value that holds the environment, and with it secrets: it prints its type and nothing else.
protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
  var description: String { "\(Self.self)(‹redacted›)" }
  var debugDescription: String { description }
  var customMirror: Mirror { Mirror(self, children: []) }
}

extension AccountResolver: Redacted {}
extension ClientFactory: Redacted {}
extension CredentialCommand: Redacted {}
extension PromptSession: Redacted {}
extension Connection: Redacted {}
