#include "base/crypto/tls.h"

#include "tests/catch.h"
#include "tests/fakes/authority.h"

namespace tls = base::tls;

namespace {

tls::Context context() { return tls::Context(SSL_CTX_new(TLS_server_method())); }

std::string problem_of(const std::string& certificate, const std::string& key) {
  const auto used = tls::use_certificate(context().get(), certificate, key);
  return used ? "" : used.error().message;
}

}  // namespace

TEST_CASE("a certificate with its key and its chain is taken") {
  const tests::Authority authority;
  const auto [certificate, key] = authority.issue("DNS:localhost");
  CHECK(problem_of(certificate, key).empty());
  const auto with = context();
  REQUIRE(tls::use_certificate(with.get(), certificate + authority.certificate(), key));
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(with.get(), &chain);
  CHECK(sk_X509_num(chain) == 1);
}

TEST_CASE("a certificate or a key that cannot be used is reported, and the key not repeated") {
  const tests::Authority authority;
  const auto [certificate, key] = authority.issue("DNS:localhost");
  const auto other = authority.issue("DNS:localhost");
  CHECK(problem_of("", key) == "contains no PEM certificate");
  CHECK(problem_of("hello", key) == "contains no PEM certificate");
  CHECK(problem_of(key, key) == "contains no PEM certificate");
  CHECK(problem_of(certificate, "secret") == "the key is not in PEM format or is encrypted");
  CHECK(problem_of(certificate, other.key) == "the key does not match the certificate");
  std::string broken = certificate;
  broken.replace(100, 10, "!!!!!!!!!!");
  CHECK(problem_of(broken, key).starts_with("a certificate cannot be read: "));
}

TEST_CASE("every certificate of a file is read") {
  const std::string both =
      tests::Authority("One").certificate() + "between\n" + tests::Authority("Two").certificate();
  const auto read = tls::read_certificates(both);
  REQUIRE(read);
  CHECK(read->size() == 2);
  const auto with = context();
  REQUIRE(tls::trust(with.get(), both));
  CHECK(sk_X509_NAME_num(SSL_CTX_get_client_CA_list(with.get())) == 2);
  CHECK_FALSE(tls::trust(with.get(), "nothing"));
}
