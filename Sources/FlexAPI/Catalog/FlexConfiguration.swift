/// What an account's Flex is configured to use.
///
/// The response is long, and much of it is confidential: only the fields below are kept.
/// Source: `flex_v1` of Twilio's OpenAPI documents.
package enum FlexConfiguration {
  /// The resource; it has no SID of its own.
  package static let resource = ResourceDefinition(
    .account, of: .flex, in: nil, segment: "Configuration", preposition: "of", placeRule: .found,
    sidField: "account_sid",
    fields: [
      .init("account_sid", .sid(nil)), .init("status", .word(["ok", "inprogress", "notstarted"])),
      .init("taskrouter_workspace_sid", .sid(.workspace)),
    ],
    help: .init("What an account's Flex is configured to use.", example: "use workspace WS…"))

  /// `GET /v1/Configuration`.
  package static let fetch = OperationDefinition.fetchOnly(resource)

  /// Its operations.
  package static let operations = [fetch]

  /// The fields that are kept of a response.
  package static func kept(of fields: JSONObject) -> JSONObject {
    JSONObject(fields.members.filter { member in resource.field(named: member.name) != nil })
  }
}
