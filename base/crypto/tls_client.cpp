#include "base/crypto/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

#include "base/os/file.h"
#include "base/text/utf8.h"

namespace base::tls {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

int note_distrust(int trusted, X509_STORE_CTX* verification);

Result<> trust_as_told(SSL_CTX* context, const ClientOptions& options) {
  if (options.insecure_skip_verify) return {};
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_distrust);
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

// The name that the certificate must be for.
bool expect(SSL* session, const std::string& name) {
  if (is_address(name)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, name.c_str()) == 1 && SSL_set_tlsext_host_name(session, name.c_str()) == 1;
}

std::string text_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown time";
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min);
}

// The names that the peer's certificate is for, shortened and made printable.
std::string names_of(X509* certificate) {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> names;
  auto* all =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; all != nullptr && i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      std::array<char, INET6_ADDRSTRLEN> text{};
      const int family = ASN1_STRING_length(name->d.iPAddress) == 4 ? AF_INET : AF_INET6;
      if (inet_ntop(family, ASN1_STRING_get0_data(name->d.iPAddress), text.data(), text.size()) != nullptr)
        names.emplace_back(text.data());
    }
  }
  GENERAL_NAMES_free(all);
  if (names.empty()) {
    std::array<char, 256> text{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text.data(), text.size());
    if (text[0] != '\0') names.emplace_back(text.data());
  }
  std::string words;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
    words += (i == 0 ? "" : ", ") + excerpt(names[i], 80);
  return names.size() > kMost ? words + ", …" : words;
}

// OpenSSL's reason, with the details that an operator needs.
std::string distrust(X509_STORE_CTX* verification, const std::string& name) {
  const int verdict = X509_STORE_CTX_get_error(verification);
  std::string words =
      fmt::format("the certificate is not trusted: {}", X509_verify_cert_error_string(verdict));
  X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  if (certificate == nullptr) return words;
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return words + fmt::format(" (on {})", text_of(X509_get0_notAfter(certificate)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return words + fmt::format(" (before {})", text_of(X509_get0_notBefore(certificate)));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return words + fmt::format(" (it is for {}, not for {})", names_of(certificate), name);
    default:
      return words;
  }
}

// State of connect() during the handshake.
struct Verification {
  const std::string& name;
  std::string distrust;  // the first reason
};

// The peer's certificate is available only here: OpenSSL drops an untrusted one.
int note_distrust(int trusted, X509_STORE_CTX* verification) {
  const auto* session =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* note = static_cast<Verification*>(SSL_get_app_data(session));
  if (trusted == 0 && note != nullptr && note->distrust.empty())
    note->distrust = distrust(verification, note->name);
  return trusted;
}

}  // namespace

Result<Session> connect(int socket, const std::string& host, const ClientOptions& options,
                        WaitLimit& patience) {
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
  Verification verification{name, ""};
  SSL_set_app_data(session.get(), &verification);
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(session.get());
    if (done == 1) {
      SSL_set_app_data(session.get(), nullptr);
      return session;
    }
    const int error = SSL_get_error(session.get(), done);
    if (error == SSL_ERROR_SYSCALL) return fail("TLS handshake: {}", errno_text(errno));
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      if (verification.distrust.empty()) return fail("TLS handshake: {}", handshake_error(session.get()));
      ERR_clear_error();
      return fail("TLS handshake: {}", verification.distrust);
    }
    if (patience.wait(socket, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT) !=
        WaitLimit::Outcome::kReady) {
      return fail("the TLS handshake was not completed in time");
    }
  }
}

}  // namespace base::tls
