// The file behind --web.config.file, in the format that Prometheus's own programs share.
// Source: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "base/yaml/yaml.h"

namespace base::http {

enum class ClientAuth {
  kNone,              // NoClientCert
  kRequest,           // RequestClientCert: requested, never verified
  kRequireAny,        // RequireAnyClientCert: required, not verified
  kVerifyIfGiven,     // VerifyClientCertIfGiven
  kRequireAndVerify,  // RequireAndVerifyClientCert
};

// Of each pair `x` and `x_file` at most one is set; relative paths are already resolved.
struct TlsServerConfig {
  std::string cert_file;
  std::string cert;  // PEM
  std::string key_file;
  std::string key;  // PEM
  std::string client_ca_file;
  std::string client_ca;  // PEM
  ClientAuth client_auth = ClientAuth::kNone;
  std::vector<std::string> client_allowed_sans;  // empty: any
  std::uint16_t min_version = 0x0303;            // wire value: 0x0303 is TLS 1.2
  std::uint16_t max_version = 0x0304;
  std::vector<std::string> cipher_suites;  // OpenSSL's names, up to TLS 1.2; empty: OpenSSL's choice
  std::vector<std::string> curves;         // OpenSSL's names, in order of preference; empty: OpenSSL's choice
  bool prefer_server_cipher_suites = true;
};

struct WebConfig {
  std::optional<TlsServerConfig> tls;                        // none: plain HTTP
  std::vector<std::pair<std::string, std::string>> headers;  // added to every response
  std::vector<std::pair<std::string, std::string>> users;    // name, bcrypt hash; none: no authentication
  Duration rate_interval{};                                  // between two requests; zero: no limit
  int rate_burst = 0;                                        // requests that may come at once
};

// Adds every problem at its position; problems never contain secrets. Relative paths are relative to
// `folder`. Opens none of the files that the document names.
WebConfig read_web_config(const yaml::Node& root, const std::string& folder);

}  // namespace base::http
