#include "base/crypto/tls_server.h"

#include <arpa/inet.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "base/os/file.h"

namespace base::http {
namespace {

constexpr std::size_t kRecord = SSL3_RT_MAX_PLAIN_LENGTH;

// The subject alternative names of a certificate, formatted as Go does.
std::vector<std::string> alternative_names(X509* certificate) {
  std::vector<std::string> names;
  auto* list =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list, i);
    const bool is_text = name->type == GEN_DNS || name->type == GEN_EMAIL || name->type == GEN_URI;
    if (!is_text && name->type != GEN_IPADD) continue;
    const ASN1_STRING* value = is_text ? name->d.ia5 : name->d.iPAddress;
    const unsigned char* bytes = ASN1_STRING_get0_data(value);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
    if (is_text) {
      names.emplace_back(reinterpret_cast<const char*>(bytes), size);
    } else if (size == 4 || size == 16) {
      std::array<char, INET6_ADDRSTRLEN> text{};
      names.emplace_back(inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text.data(), text.size()));
    }
  }
  GENERAL_NAMES_free(list);
  return names;
}

// Stored with the context, because its connections need it during the handshake.
struct ClientCheck {
  bool verified = false;
  std::vector<std::string> allowed_sans;
};

void free_client_check(void*, void* check, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<ClientCheck*>(check);
}

int client_check_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_client_check);
  return index;
}

int check_client(X509_STORE_CTX* store, void* argument) {
  const auto& check = *static_cast<const ClientCheck*>(argument);
  if (check.verified) {
    if (X509_verify_cert(store) != 1) return 0;
  } else {
    X509_STORE_CTX_set_error(store, X509_V_OK);
  }
  if (check.allowed_sans.empty()) return 1;
  const auto names = alternative_names(X509_STORE_CTX_get0_cert(store));
  const bool allowed = std::ranges::any_of(names, [&](const std::string& name) {
    return std::ranges::find(check.allowed_sans, name) != check.allowed_sans.end();
  });
  if (!allowed) X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return allowed ? 1 : 0;
}

void ask_for_client_certificate(SSL_CTX* context, const TlsServerConfig& config) {
  const ClientAuth auth = config.client_auth;
  if (auth == ClientAuth::kNone) return;
  const bool required = auth == ClientAuth::kRequireAny || auth == ClientAuth::kRequireAndVerify;
  auto* check =
      new ClientCheck{.verified = auth == ClientAuth::kVerifyIfGiven || auth == ClientAuth::kRequireAndVerify,
                      .allowed_sans = config.client_allowed_sans};
  SSL_CTX_set_ex_data(context, client_check_index(), check);
  SSL_CTX_set_cert_verify_callback(context, check_client, check);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
}

// The PEM text, inline or from the file; nullopt after adding a problem.
std::optional<std::string> pem(const yaml::Node& node, const std::string& key, const std::string& text,
                               const std::string& file) {
  if (file.empty()) return text;
  auto content = read_file(file);
  if (content) return std::move(*content);
  node.optional(key + "_file").problem(content.error().message);
  return std::nullopt;
}

void load_certificate(SSL_CTX* context, const TlsServerConfig& config, const yaml::Node& node) {
  const auto certificate = pem(node, "cert", config.cert, config.cert_file);
  const auto key = pem(node, "key", config.key, config.key_file);
  if (!certificate || !key || certificate->empty() || key->empty()) return;
  if (const auto used = tls::use_certificate(context, *certificate, *key); !used) {
    node.optional(config.cert_file.empty() ? "cert" : "cert_file").problem(used.error().message);
  }
}

void load_client_ca(SSL_CTX* context, const TlsServerConfig& config, const yaml::Node& node) {
  if (config.client_ca.empty() && config.client_ca_file.empty()) {
    const bool verifies = config.client_auth == ClientAuth::kVerifyIfGiven ||
                          config.client_auth == ClientAuth::kRequireAndVerify;
    if (verifies) SSL_CTX_set_default_verify_paths(context);
    return;
  }
  const auto ca = pem(node, "client_ca", config.client_ca, config.client_ca_file);
  if (!ca) return;
  if (const auto trusted = tls::trust(context, *ca); !trusted) {
    node.optional(config.client_ca_file.empty() ? "client_ca" : "client_ca_file")
        .problem(trusted.error().message);
  }
}

}  // namespace

tls::Context make_server_context(const TlsServerConfig& config, const yaml::Node& node) {
  tls::Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               (config.prefer_server_cipher_suites ? SSL_OP_CIPHER_SERVER_PREFERENCE : 0));
  // Idle connections hold no buffers, and unsent data may move in memory.
  SSL_CTX_set_mode(
      raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Sessions are resumed by tickets, which are invalid with a new context; the server keeps no session state.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  static constexpr std::string_view kSessions = "salus";
  SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>(kSessions.data()),
                                 kSessions.size());
  SSL_CTX_set_min_proto_version(raw, config.min_version);
  SSL_CTX_set_max_proto_version(raw, config.max_version);
  if (const auto suites = fmt::format("{}", fmt::join(config.cipher_suites, ":"));
      !suites.empty() && SSL_CTX_set_cipher_list(raw, suites.c_str()) != 1) {
    node.optional("cipher_suites").problem(tls::error_text());
  }
  if (const auto curves = fmt::format("{}", fmt::join(config.curves, ":"));
      !curves.empty() && SSL_CTX_set1_groups_list(raw, curves.c_str()) != 1) {
    node.optional("curve_preferences").problem(tls::error_text());
  }
  load_certificate(raw, config, node);
  load_client_ca(raw, config, node);
  ask_for_client_certificate(raw, config);
  return context;
}

TlsTransport::TlsTransport(SSL_CTX* context, int socket, std::function<void(std::string_view)> on_refused)
    : session_(SSL_new(context)), socket_(socket), on_refused_(std::move(on_refused)) {
  broken_ = !session_ || SSL_set_fd(session_.get(), socket) != 1;
  if (!broken_) SSL_set_accept_state(session_.get());
}

Transport::Result TlsTransport::receive(std::span<char> to) {
  receive_waits_to_send_ = false;
  std::size_t received = 0;
  while (to.size() - received >= kRecord) {
    if (broken_) break;
    ERR_clear_error();
    std::size_t bytes = 0;
    const int done = SSL_read_ex(session_.get(), to.data() + received, to.size() - received, &bytes);
    if (done == 1) {
      received += bytes;
      continue;
    }
    const int error = SSL_get_error(session_.get(), done);
    receive_waits_to_send_ = error == SSL_ERROR_WANT_WRITE;
    const Result result = failed(error);
    // Returns the bytes received before an error; the next call returns the error.
    return received > 0 ? Result{.status = Status::kDone, .bytes = received} : result;
  }
  if (received > 0) return {.status = Status::kDone, .bytes = received};
  return {.status = Status::kClosed};
}

Transport::Result TlsTransport::send(std::string_view from) {
  send_waits_to_receive_ = false;
  if (broken_) return {.status = Status::kClosed};
  ERR_clear_error();
  std::size_t bytes = 0;
  const int done = SSL_write_ex(session_.get(), from.data(), from.size(), &bytes);
  if (done == 1) return {.status = Status::kDone, .bytes = bytes};
  const int error = SSL_get_error(session_.get(), done);
  send_waits_to_receive_ = error == SSL_ERROR_WANT_READ;
  return failed(error);
}

Transport::Result TlsTransport::failed(int error) {
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return {.status = Status::kAgain};
  const bool shaking_hands = SSL_is_init_finished(session_.get()) != 1;
  const int reason = ERR_GET_REASON(ERR_peek_error());
  if (error == SSL_ERROR_SSL && shaking_hands && !broken_ && reason != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    if (reason == SSL_R_HTTP_REQUEST) {
      // The same response as Go's servers. Unread input would make the kernel reset the connection.
      static constexpr std::string_view kAnswer =
          "HTTP/1.0 400 Bad Request\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
          "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\r\nClient sent an HTTP "
          "request to an HTTPS server.\n";
      std::array<char, kRecord> unread;
      ::recv(socket_, unread.data(), unread.size(), MSG_DONTWAIT);
      ::send(socket_, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    on_refused_(tls::handshake_error(session_.get()));
  }
  // After these errors the OpenSSL session must not be used, not even for close_notify.
  if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) broken_ = true;
  return {.status = Status::kClosed};
}

void TlsTransport::finish() {
  if (!broken_ && SSL_is_init_finished(session_.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(session_.get());
  }
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace base::http
