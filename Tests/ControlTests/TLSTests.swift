import Testing

@testable import Control

/// Talking with encryption.
struct TLSTests {
    /// For `localhost` and 127.0.0.1, made for these tests, valid for a hundred years.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmjCCAUGgAwIBAgIUFX6w7bzJaKeh+oVUr2F9O1kFQK8wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA5MDgwN1oYDzIxMjYxMDI4
        MDkwODA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASaBwqPKa1Qbuj+rpEZLtBSSvvig1kZhwvDiJrd7ynn422uT+0S0ijp
        FHp8O2zoDsNyWyXpglwWYomOSiULEl2Qo28wbTAdBgNVHQ4EFgQUbSMwHEf1Wh0z
        bae1FoliGBjnkJIwHwYDVR0jBBgwFoAUbSMwHEf1Wh0zbae1FoliGBjnkJIwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDRwAwRAIgKD9+jxaPArqQ+Zl8l7PI+YaNcNeaY/BNlRlsSgc0qAYCIGLm
        VBwaeyUHT8mrPqorua847YKc1AAL1Zgik57PkCco
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgthIknWpPRcYecabA
        MLWCtXK5vRMRyUxqAt/KAUO0KZ+hRANCAASaBwqPKa1Qbuj+rpEZLtBSSvvig1kZ
        hwvDiJrd7ynn422uT+0S0ijpFHp8O2zoDsNyWyXpglwWYomOSiULEl2Q
        -----END PRIVATE KEY-----
        """
    private static let otherKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIJxjfQttHD0gIfJZplQdP/WAHe++zLuVv156IfA+8x95oAoGCCqGSM49
        AwEHoUQDQgAEfAiPaJecf7NR3RbfM+PJX4yGggZaJxpkU4rt0OXp5AJSIR9euIEp
        CsK7UZDmbKhFzuSchHcnA/VXGzecPT5iZA==
        -----END EC PRIVATE KEY-----
        """

    private func files(_ scene: Scene) throws -> TLSFiles {
        TLSFiles(
            certificate: try scene.write("c.pem", Self.certificate + "\n"),
            key: try scene.write("k.pem", Self.key + "\n"))
    }

    @Test func whoTrustsTheCertificate_getsAnswers_andOthersAreTold() async throws {
        let scene = try Scene()
        let files = try files(scene)
        let listener = Listener(
            .tcp(host: "127.0.0.1", port: 0), tokens: AccessTokens(operator: "secret"), tls: files)
        try await scene.serve(on: listener) { address async throws in
            var settings = ControlClient.Settings()
            settings.token = "secret"
            let place = ControlPlace(address, tls: true)
            try await use(ControlClient(place, settings: settings)) { client async throws in
                let error = await #expect(throws: ControlError.self) {
                    try await RemoteSource(client).snapshot()
                }
                #expect(
                    error?.kind == .unreachable && error?.message.contains("--ca-file") == true,
                    "\(error as Any)")
            }
            settings.trusted = files.certificate
            try await use(ControlClient(place, settings: settings)) { client async throws in
                #expect(try await RemoteSource(client).snapshot() == Examples.busy)
            }
        }
    }

    @Test func filesThatAreWrong_areNamed() async throws {
        let scene = try Scene()
        let good = try files(scene)
        let other = try scene.write("other.pem", Self.otherKey + "\n")
        let rubbish = try scene.write("rubbish.pem", "rubbish")
        for (files, words) in [
            (TLSFiles(certificate: "/none.pem", key: good.key), "/none.pem: No such file"),
            (TLSFiles(certificate: rubbish, key: good.key), "rubbish.pem"),
            (TLSFiles(certificate: good.certificate, key: "/none.pem"), "/none.pem: No such file"),
            (TLSFiles(certificate: good.certificate, key: rubbish), "it is not in PEM form"),
            (TLSFiles(certificate: good.certificate, key: other), "does not fit the certificate"),
        ] {
            let listener = Listener(.tcp(host: "127.0.0.1", port: 0), tls: files)
            let server = ControlServer(pools: [FakeSource()], listeners: [listener])
            let error = await #expect(throws: ControlError.self) { try await server.start() }
            #expect(error?.kind == .usage && error?.message.contains(words) == true, "\(error as Any)")
        }
    }
}
