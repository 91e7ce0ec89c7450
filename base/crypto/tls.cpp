#include "base/crypto/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace base::tls {
namespace {

using Bio = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// Prevents OpenSSL from asking for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string error_text() {
  const unsigned long code = ERR_get_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "unknown TLS error" : reason;
}

std::string handshake_error(const SSL* session) {
  const long verdict = SSL_get_verify_result(session);
  if (verdict == X509_V_OK) return error_text();
  ERR_clear_error();
  return X509_verify_cert_error_string(verdict);
}

Result<std::vector<Certificate>> read_certificates(std::string_view pem) {
  const Bio bio = reader(pem);
  std::vector<Certificate> certificates;
  ERR_clear_error();
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    certificates.emplace_back(next);
  }
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (ended && !certificates.empty()) {
    ERR_clear_error();
    return certificates;
  }
  if (!ended) return fail("a certificate cannot be read: {}", error_text());
  ERR_clear_error();
  return fail("contains no PEM certificate");
}

Result<> use_certificate(SSL_CTX* context, std::string_view certificate_pem, std::string_view key_pem) {
  auto chain = read_certificates(certificate_pem);
  if (!chain) return std::unexpected(chain.error());
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) return fail("{}", error_text());
  for (std::size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) != 1) return fail("{}", error_text());
  }
  const Bio bio = reader(key_pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) return fail("the key is not in PEM format or is encrypted");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    ERR_clear_error();
    return fail("the key does not match the certificate");
  }
  return {};
}

Result<> trust(SSL_CTX* context, std::string_view pem) {
  auto certificates = read_certificates(pem);
  if (!certificates) return std::unexpected(certificates.error());
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const Certificate& certificate : *certificates) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1 ||
        SSL_CTX_add_client_CA(context, certificate.get()) != 1) {
      return fail("{}", error_text());
    }
  }
  return {};
}

}  // namespace base::tls
