import Glibc
import NIOSSL

/// Reads what TLS needs, and says clearly what is wrong with it.
enum TLSSettings {
    static func server(_ files: TLSFiles) throws(ControlError) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw ControlError(
                .usage, "cannot read the TLS certificate \(files.certificate): \(reason(files.certificate))")
        }
        guard !chain.isEmpty else {
            throw ControlError(.usage, "there is no certificate in \(files.certificate): it takes PEM")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        } catch {
            throw ControlError(.usage, "cannot read the TLS key \(files.key): \(reason(files.key))")
        }
        let settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        do {
            // A key that does not fit is found here, not by the first client.
            _ = try NIOSSLContext(configuration: settings)
        } catch {
            throw ControlError(
                .usage, "the TLS key \(files.key) does not fit the certificate \(files.certificate)")
        }
        return settings
    }

    private static func reason(_ path: String) -> String {
        let file = fopen(path, "r")
        guard let file else { return String(cString: strerror(errno)) }
        fclose(file)
        return "it is not in PEM form"
    }
}
