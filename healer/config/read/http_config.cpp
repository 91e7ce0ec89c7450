#include "healer/config/read/http_config.h"

namespace healer {

base::http::ClientOptions read_http_config(const base::yaml::Node& node) {
  base::http::ClientOptions options;
  node.only({"tls_config", "basic_auth", "authorization"});
  if (!node.is_map()) return options;

  const auto tls = node.optional("tls_config");
  tls.only({"ca_file", "cert_file", "key_file", "server_name", "insecure_skip_verify"});
  options.tls = {.ca_file = tls.optional("ca_file").string(),
                 .cert_file = tls.optional("cert_file").string(),
                 .key_file = tls.optional("key_file").string(),
                 .server_name = tls.optional("server_name").string(),
                 .insecure_skip_verify = tls.optional("insecure_skip_verify").boolean()};
  if (options.tls.cert_file.empty() != options.tls.key_file.empty()) {
    tls.problem("needs both of cert_file and key_file, or neither");
  }
  const auto basic = node.optional("basic_auth");
  basic.only({"username", "password_file"});
  if (basic.is_map()) {
    options.username = basic.required("username").non_empty_string();
    options.password_file = basic.optional("password_file").string();
  }
  const auto bearer = node.optional("authorization");
  bearer.only({"type", "credentials_file"});
  if (bearer.is_map()) {
    bearer.optional("type").one_of({"Bearer"}, "Bearer");
    options.credentials_file = bearer.required("credentials_file").non_empty_string();
  }
  if (basic.present() && bearer.present()) node.problem("basic_auth and authorization exclude each other");
  return options;
}

void resolve_paths(const std::filesystem::path& folder, base::http::ClientOptions& options) {
  for (std::string* path : {&options.tls.ca_file, &options.tls.cert_file, &options.tls.key_file,
                            &options.password_file, &options.credentials_file}) {
    if (!path->empty()) *path = (folder / *path).lexically_normal().string();
  }
}

}  // namespace healer
