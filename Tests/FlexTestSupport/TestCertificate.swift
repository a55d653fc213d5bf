import NIOSSL

/// A certificate for `localhost` that nobody trusts but the tests, and its key, which is no secret.
package enum TestCertificate {
  /// The certificate, PEM.
  package static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBlTCCATugAwIBAgIUEtcUiM4UTKb3dDEfyB7CvVzqFVIwCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE3NTAxOFoYDzIxMjYxMDI5
    MTc1MDE4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAATTbLFzQRHU5Ap9b91JR0og5kEEB928G0aGkbSAHw+c6+8v9GxKzGcK
    qbiPvGKkCiZ0ivRUUPLclcFQ/sNXZNmHo2kwZzAdBgNVHQ4EFgQUAZJmwIz7nBQk
    dwzKwa6PUSiPdhYwHwYDVR0jBBgwFoAUAZJmwIz7nBQkdwzKwa6PUSiPdhYwDwYD
    VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
    SAAwRQIhAPPJMebtYq07kKXaGRDmF1FGqdNaMpEZhqvz7W22n4tiAiBDMWHdcxoU
    YkqmkX0+8I1PWfRvHmJHdC/WVwp2s3q88g==
    -----END CERTIFICATE-----

    """

  /// The same, but it ended in 2020.
  package static let expired = """
    -----BEGIN CERTIFICATE-----
    MIIBYDCCAQWgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
    c3QwHhcNMjAwMTAxMDAwMDAwWhcNMjAwMTAyMDAwMDAwWjAUMRIwEAYDVQQDDAls
    b2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATTbLFzQRHU5Ap9b91J
    R0og5kEEB928G0aGkbSAHw+c6+8v9GxKzGcKqbiPvGKkCiZ0ivRUUPLclcFQ/sNX
    ZNmHo0gwRjAPBgNVHRMBAf8EBTADAQH/MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAd
    BgNVHQ4EFgQUAZJmwIz7nBQkdwzKwa6PUSiPdhYwCgYIKoZIzj0EAwIDSQAwRgIh
    AP4wULr7vBit544qP39RciCVO11fHZOA/kzieOHwugCzAiEApzs8QrG5uojz7cs4
    rt8fG2doWb7pdZQMiC4b94qKXVQ=
    -----END CERTIFICATE-----

    """

  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyUdvNEACSxR9NvSn
    yTYQqMz0tk2SgbFiY0cRPS39X5WhRANCAATTbLFzQRHU5Ap9b91JR0og5kEEB928
    G0aGkbSAHw+c6+8v9GxKzGcKqbiPvGKkCiZ0ivRUUPLclcFQ/sNXZNmH
    -----END PRIVATE KEY-----

    """

  /// What a server with one of these certificates is made of.
  static func context(_ certificate: String, maximum version: TLSVersion?) throws -> NIOSSLContext {
    let certificate = try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)
    let key = try NIOSSLPrivateKey(bytes: Array(Self.key.utf8), format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
    configuration.maximumTLSVersion = version
    if version != nil { configuration.minimumTLSVersion = .tlsv1 }
    return try NIOSSLContext(configuration: configuration)
  }
}
