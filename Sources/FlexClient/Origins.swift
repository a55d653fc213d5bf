package import FlexAPI

/// Where the requests of each service go.
///
/// Origins come from the configuration only, never from a plan, a journal or a response.
package struct Origins: Hashable, Sendable {
  private enum Source: Hashable {
    /// One URL replaces the hosts of all services.
    case single(BaseURL)
    /// Twilio's hosts, with these labels after the service's own: `.dublin.ie1`, or none.
    case twilio(labels: String)
  }

  private let source: Source

  /// Twilio's hosts in the United States.
  package static let twilio = Origins(source: .twilio(labels: ""))

  private init(source: Source) {
    self.source = source
  }

  /// Sends the requests of every service to one URL.
  package init(_ url: BaseURL) {
    source = .single(url)
  }

  /// Twilio's hosts of a region, through an edge; `nil` if either is not a host name label.
  ///
  /// Source: <https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations>.
  package init?(edge: String, region: String) {
    for label in [edge, region] {
      let isLabel = label.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
      }
      guard isLabel, !label.isEmpty else { return nil }
    }
    source = .twilio(labels: ".\(edge).\(region)")
  }

  /// Where the requests of a service go.
  package func url(of service: Service) -> BaseURL {
    switch source {
    case .single(let url): return url
    case .twilio(let labels):
      var host = service.host
      if !labels.isEmpty, let domain = host.firstRange(of: ".twilio.com") {
        host.insert(contentsOf: labels, at: domain.lowerBound)
      }
      return BaseURL(isSecure: true, host: host, port: 443, pathPrefix: "")
    }
  }

  /// Every URL that requests go to.
  package func urls(of catalog: Catalog = .standard) -> [BaseURL] {
    var urls: [BaseURL] = []
    for resource in catalog.resources {
      let url = url(of: resource.service)
      if !urls.contains(url) { urls.append(url) }
    }
    return urls
  }
}

extension Origins: CustomStringConvertible {
  /// The URL of Flex, which represents all services in plans, journals and messages.
  package var description: String { url(of: .flex).description }
}
