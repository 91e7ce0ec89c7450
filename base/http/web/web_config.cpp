#include "base/http/web/web_config.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text/utf8.h"

namespace base::http {
namespace {

using yaml::Node;

std::string in_folder(const std::string& folder, const std::string& path) {
  if (path.empty()) return path;
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

std::string cipher_suite(const Node& node, const std::string& name) {
  // The list of Go's tls.CipherSuites(); the toolkit accepts no others.
  static constexpr std::array<std::string_view, 13> kKnown{"TLS_AES_128_GCM_SHA256",
                                                           "TLS_AES_256_GCM_SHA384",
                                                           "TLS_CHACHA20_POLY1305_SHA256",
                                                           "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                                                           "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                                                           "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                                                           "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                                                           "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                                                           "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                                                           "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                                           "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                                                           "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                                                           "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"};
  if (std::ranges::find(kKnown, name) == kKnown.end()) {
    node.problem(fmt::format("unknown cipher suite \"{}\"", excerpt(name)));
    return "";
  }
  // The suites of TLS 1.3 are not configurable, as in Go.
  return name.find("_WITH_") == std::string::npos ? "" : OPENSSL_cipher_name(name.c_str());
}

std::string curve(const Node& node, const std::string& name) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 4> kKnown{
      {{"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}}};
  for (const auto& [known, openssl] : kKnown) {
    if (name == known) return openssl;
  }
  node.problem(fmt::format("unknown curve \"{}\": CurveP256, CurveP384, CurveP521, X25519", excerpt(name)));
  return "";
}

std::vector<std::string> names(const Node& node, std::string (*translate)(const Node&, const std::string&)) {
  std::vector<std::string> translated;
  for (const Node& item : node.items()) {
    if (std::string name = translate(item, item.string()); !name.empty()) {
      translated.push_back(std::move(name));
    }
  }
  return translated;
}

std::uint16_t version(const Node& node, std::string_view fallback) {
  const std::string name = node.one_of({"TLS10", "TLS11", "TLS12", "TLS13"}, fallback);
  return static_cast<std::uint16_t>(0x0301 + (name.back() - '0'));
}

ClientAuth client_auth(const Node& node) {
  if (node.is_scalar() && node.string().empty()) return ClientAuth::kNone;
  const std::string name =
      node.one_of({"NoClientCert", "RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven",
                   "RequireAndVerifyClientCert", "RequireClientCert"},
                  "NoClientCert");
  if (name == "RequestClientCert") return ClientAuth::kRequest;
  // The toolkit's former name.
  if (name == "RequireAnyClientCert" || name == "RequireClientCert") return ClientAuth::kRequireAny;
  if (name == "VerifyClientCertIfGiven") return ClientAuth::kVerifyIfGiven;
  return name == "RequireAndVerifyClientCert" ? ClientAuth::kRequireAndVerify : ClientAuth::kNone;
}

// Reads `key` or `key`_file; whether one of them is set.
bool read_pem(const Node& tls, const std::string& key, const std::string& folder, std::string& text,
              std::string& file) {
  text = tls.optional(key).string();
  const Node file_node = tls.optional(key + "_file");
  file = in_folder(folder, file_node.string());
  if (!text.empty() && !file.empty()) file_node.problem(fmt::format("must not be set together with {}", key));
  return !text.empty() || !file.empty();
}

std::optional<TlsServerConfig> read_tls(const Node& node, const std::string& folder) {
  node.only({"cert", "key", "client_ca", "cert_file", "key_file", "client_ca_file", "client_auth_type",
             "client_allowed_sans", "min_version", "max_version", "cipher_suites", "curve_preferences",
             "prefer_server_cipher_suites"});
  if (!node.is_map() || node.entries().empty()) return std::nullopt;
  TlsServerConfig tls;
  // A configuration with TLS settings must not fall back to plain HTTP.
  if (!read_pem(node, "cert", folder, tls.cert, tls.cert_file)) node.problem("needs cert_file or cert");
  if (!read_pem(node, "key", folder, tls.key, tls.key_file)) node.problem("needs key_file or key");
  const bool has_ca = read_pem(node, "client_ca", folder, tls.client_ca, tls.client_ca_file);
  tls.client_auth = client_auth(node.optional("client_auth_type"));
  if (has_ca && tls.client_auth == ClientAuth::kNone) {
    node.problem("a client CA requires a client_auth_type that requests a certificate");
  }
  const Node sans = node.optional("client_allowed_sans");
  tls.client_allowed_sans = sans.strings();
  if (sans.present() && tls.client_auth != ClientAuth::kRequireAny &&
      tls.client_auth != ClientAuth::kRequireAndVerify) {
    sans.problem("needs client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert");
  }
  tls.min_version = version(node.optional("min_version"), "TLS12");
  const Node max_version = node.optional("max_version");
  tls.max_version = version(max_version, "TLS13");
  if (tls.min_version > tls.max_version) max_version.problem("is lower than min_version");
  tls.cipher_suites = names(node.optional("cipher_suites"), cipher_suite);
  tls.curves = names(node.optional("curve_preferences"), curve);
  tls.prefer_server_cipher_suites = node.optional("prefer_server_cipher_suites").boolean(true);
  return tls;
}

void read_headers(const Node& node, WebConfig& config) {
  node.only({"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options",
             "X-Frame-Options", "X-XSS-Protection"});
  if (!node.is_map()) return;
  for (const auto& [name, value] : node.entries()) {
    const std::string text = value.string();
    if (text.empty()) continue;
    if (name == "X-Content-Type-Options" && text != "nosniff") value.problem("must be nosniff");
    if (name == "X-Frame-Options" && text != "deny" && text != "sameorigin") {
      value.problem("must be deny or sameorigin");
    }
    if (!std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; })) {
      value.problem("must be one line of ASCII");
    }
    config.headers.emplace_back(name, text);
  }
}

// $2y$10$ and 53 characters of bcrypt's base64 variant. Source: crypt(5).
bool is_bcrypt(std::string_view hash) {
  if (hash.size() != 60 || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$') return false;
  const int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
  return std::string_view("aby").find(hash[2]) != std::string_view::npos && hash[4] >= '0' &&
         hash[4] <= '3' && hash[5] >= '0' && hash[5] <= '9' && cost >= 4 && cost <= 31 &&
         hash.substr(7).find_first_not_of(
             "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

void read_users(const Node& node, WebConfig& config) {
  for (const auto& [name, value] : node.entries()) {
    std::string hash = value.string();
    if (name.find(':') != std::string::npos) value.problem("a user name must not contain a colon");
    if (!value.is_map() && !value.is_list() && !is_bcrypt(hash)) value.problem("is not a bcrypt hash");
    config.users.emplace_back(name, std::move(hash));
  }
}

}  // namespace

WebConfig read_web_config(const Node& root, const std::string& folder) {
  WebConfig config;
  root.only({"tls_server_config", "http_server_config", "basic_auth_users", "rate_limit"});
  if (!root.is_map()) return config;
  config.tls = read_tls(root.optional("tls_server_config"), folder);
  const Node http = root.optional("http_server_config");
  http.only({"http2", "headers"});
  // No effect: this server only supports HTTP/1.1, which is enough for Prometheus.
  http.optional("http2").boolean(true);
  read_headers(http.optional("headers"), config);
  read_users(root.optional("basic_auth_users"), config);
  const Node rate = root.optional("rate_limit");
  rate.only({"interval", "burst"});
  config.rate_interval = rate.optional("interval").duration(config.rate_interval);
  const Node burst = rate.optional("burst");
  config.rate_burst = static_cast<int>(burst.integer(0, 0, 1'000'000));
  if (config.rate_interval > Duration::zero() && config.rate_burst == 0) {
    rate.problem("a burst of 0 allows no requests");
  }
  return config;
}

}  // namespace base::http
