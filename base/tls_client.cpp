#include "base/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <array>

#include "base/file.h"

namespace base::tls {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

Result<> trust_as_told(SSL_CTX* context, const ClientOptions& options) {
  if (options.insecure_skip_verify) return {};
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return fail("the system's CA certificates could not be loaded");
  }
  const auto pem = read_file(options.ca_file);
  if (!pem) return wrap(pem.error(), "ca_file");
  if (const auto trusted = trust(context, *pem); !trusted) {
    return wrap(trusted.error(), "ca_file {}", options.ca_file);
  }
  return {};
}

Result<> present_as_told(SSL_CTX* context, const ClientOptions& options) {
  if (options.cert_file.empty()) return {};
  const auto certificate = read_file(options.cert_file);
  if (!certificate) return wrap(certificate.error(), "cert_file");
  const auto key = read_file(options.key_file);
  if (!key) return wrap(key.error(), "key_file");
  if (const auto used = use_certificate(context, *certificate, *key); !used) {
    return wrap(used.error(), "cert_file {}", options.cert_file);
  }
  return {};
}

// What the certificate must be for.
bool expect(SSL* session, const std::string& name) {
  if (is_address(name)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, name.c_str()) == 1 && SSL_set_tlsext_host_name(session, name.c_str()) == 1;
}

}  // namespace

Result<Session> connect(int socket, const std::string& host, const ClientOptions& options,
                        Patience& patience) {
  const Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (const auto told = trust_as_told(context.get(), options); !told) return std::unexpected(told.error());
  if (const auto told = present_as_told(context.get(), options); !told) return std::unexpected(told.error());

  Session session(SSL_new(context.get()));
  const std::string& name = options.server_name.empty() ? host : options.server_name;
  if (!session || SSL_set_fd(session.get(), socket) != 1 || !expect(session.get(), name)) {
    return fail("TLS to {}: {}", name, error_text());
  }
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(session.get());
    if (done == 1) return session;
    const int error = SSL_get_error(session.get(), done);
    if (error == SSL_ERROR_SYSCALL) return fail("TLS handshake: {}", errno_text(errno));
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      return fail("TLS handshake: {}", handshake_error(session.get()));
    }
    if (patience.wait(socket, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT) != Patience::Outcome::kReady) {
      return fail("the TLS handshake did not end");
    }
  }
}

}  // namespace base::tls
