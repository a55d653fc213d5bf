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

  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyUdvNEACSxR9NvSn
    yTYQqMz0tk2SgbFiY0cRPS39X5WhRANCAATTbLFzQRHU5Ap9b91JR0og5kEEB928
    G0aGkbSAHw+c6+8v9GxKzGcKqbiPvGKkCiZ0ivRUUPLclcFQ/sNXZNmH
    -----END PRIVATE KEY-----

    """

  /// What a server with this certificate is made of.
  static func context() throws -> NIOSSLContext {
    let certificate = try NIOSSLCertificate(bytes: Array(Self.certificate.utf8), format: .pem)
    let key = try NIOSSLPrivateKey(bytes: Array(Self.key.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
  }
}
