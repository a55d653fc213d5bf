import FlexTestSupport
import Foundation
import NIOSSL
import Testing

/// TLS and proxies, from outside.
struct SecureTests {
  /// Runs two actions against a server with the tests' certificate.
  private func run(
    _ server: RawServer, _ environment: [String: String]
  ) async throws -> Executable.Result {
    let script = Sample.expand("use channel UO1 in KD1\nclose UT1\nclose UT2")
    return try await Executable.run(
      ["-o", "ndjson", "--base-url", server.url, "-c", script],
      environment: Executable.credentials.merging(environment) { $1 })
  }

  @Test func sendsNothingToAServerThatIsNotTrusted() async throws {
    try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) })
      .serveSecurely { server in
        let result = try await run(server, [:])
        #expect(result.status == 69)
        #expect(result.output.contains("\"kind\":\"tls\""))
        #expect(server.requests.isEmpty)
      }
  }

  /// The certificate is trusted, but it has expired, or the server speaks nothing newer than TLS 1.1.
  @Test(arguments: [
    (TestCertificate.expired, nil), (TestCertificate.certificate, TLSVersion.tlsv11),
  ])
  func sendsNothingToAServerThatIsOfThePast(
    _ certificate: String, _ version: TLSVersion?
  ) async throws {
    try await Executable.withFolder(["ca.pem": certificate]) { folder in
      try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) })
        .serveSecurely(with: certificate, maximum: version) { server in
          let result = try await run(server, ["SSL_CERT_FILE": folder + "/ca.pem"])
          #expect(result.status == 69)
          #expect(result.output.contains("\"kind\":\"tls\""), "\(result.output)")
          #expect(server.requests.isEmpty)
        }
    }
  }

  @Test func trustsWhatSSL_CERT_FILENames() async throws {
    try await Executable.withFolder(["ca.pem": TestCertificate.certificate]) { folder in
      try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) })
        .serveSecurely { server in
          let result = try await run(server, ["SSL_CERT_FILE": folder + "/ca.pem"])
          #expect(result.status == 0, "\(result.errors)")
          #expect(server.requests.map(\.connection) == [1, 1])
          let other = server.url.replacing("localhost", with: "127.0.0.1")
          let wrong = try await Executable.run(
            ["--base-url", other, "-c", Sample.expand("close UT1 on UO1 in KD1")],
            environment: Executable.credentials.merging(["SSL_CERT_FILE": folder + "/ca.pem"]) {
              $1
            })
          #expect(wrong.status == 69, "the certificate is not for this address")
          #expect(server.requests.count == 2)
        }
    }
  }

  @Test func whoamiNamesTheIssuerOfTheCertificate() async throws {
    try await Executable.withFolder(["ca.pem": TestCertificate.certificate]) { folder in
      try await RawServer.answering({ _, _ in .bytes(RawServer.reply(200, "{}")) })
        .serveSecurely { server in
          let result = try await Executable.run(
            ["whoami", "--check", "--base-url", server.url],
            environment: Executable.credentials.merging(["SSL_CERT_FILE": folder + "/ca.pem"]) {
              $1
            })
          #expect(result.status == 0, "\(result.errors)")
          #expect(result.output.contains("issued by localhost"), "\(result.output)")
        }
    }
  }

  @Test func aProxyMakesATunnelAndSeesNothing() async throws {
    try await Executable.withFolder(["ca.pem": TestCertificate.certificate]) { folder in
      try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) })
        .serveSecurely { server in
          try await TunnelProxy.with { proxy in
            let result = try await run(
              server,
              [
                "SSL_CERT_FILE": folder + "/ca.pem",
                "HTTPS_PROXY": "http://user:pass@127.0.0.1:\(proxy.port)",
              ])
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            #expect(server.requests.count == 2)
            let seen = String(decoding: proxy.bytes, as: UTF8.self)
            #expect(seen.hasPrefix("CONNECT \(server.url.dropFirst(8)) HTTP/1.1"))
            #expect(seen.contains("Proxy-Authorization: Basic dXNlcjpwYXNz"))
            #expect(!seen.contains("\r\nAuthorization"))
            #expect(!seen.contains("Participants"))
          }
        }
    }
  }
}
