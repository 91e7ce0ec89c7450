// Shared by TLS client and server: owners of OpenSSL objects, PEM, error texts.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base::tls {

struct Free {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Session = std::unique_ptr<SSL, Free>;
using Context = std::unique_ptr<SSL_CTX, Free>;
using Certificate = std::unique_ptr<X509, Free>;

// The oldest error of this thread's queue, which is emptied: "wrong version number".
std::string error_text();
// Why a handshake failed: the verification error of the peer's certificate, else error_text().
std::string handshake_error(const SSL* session);

// Every certificate of a PEM text, in order; an error when there is none, or one is broken.
Result<std::vector<Certificate>> read_certificates(std::string_view pem);
// Sets the certificate with its chain and its key, which must match and not be encrypted. An error never
// contains the key.
Result<> use_certificate(SSL_CTX* context, std::string_view certificate_pem, std::string_view key_pem);
// Trusts the certificates of a PEM text, and sends their names to clients when it requests a certificate.
Result<> trust(SSL_CTX* context, std::string_view pem);

}  // namespace base::tls
