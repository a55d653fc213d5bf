/// A Twilio service: a host with APIs of its own.
///
/// Where its requests go is configured, see `Origins` of the client; ``host`` is the default.
package struct Service: Hashable, Sendable {
  /// What it is called in messages and options: `flex-api`.
  package let name: String
  /// Twilio's host in the United States, without region and edge.
  package let host: String

  /// Describes a service.
  package init(name: String, host: String) {
    self.name = name
    self.host = host
  }

  /// Flex: interactions, their channels and participants.
  ///
  /// Source: the `servers` of Twilio's OpenAPI document.
  package static let flex = Service(name: "flex-api", host: "flex-api.twilio.com")

  /// TaskRouter: workspaces, tasks, reservations, workers, queues and workflows.
  package static let taskRouter = Service(name: "taskrouter", host: "taskrouter.twilio.com")

  /// Conversations: what customers and agents write to each other.
  package static let conversations = Service(
    name: "conversations", host: "conversations.twilio.com")
}
