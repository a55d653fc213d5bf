import FlexAPI
import FlexClient
import FlexRuntime

/// A dry run that shows each write as the curl line that would send it.
struct ShownDryRun: TwilioAPI {
  private let dryRun = DryRun()
  let origins: Origins
  let usesKey: Bool
  let log: LogOutput

  func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    if operation.isWrite {
      log.write(CurlLine.text(of: operation, origins: origins, usesKey: usesKey))
    }
    return try await dryRun.perform(operation, permission: permission)
  }
}
