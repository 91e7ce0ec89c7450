#include "exporter/probes/secret.h"

#include "base/os/file.h"

namespace exporter::probes {
namespace {

constexpr std::string_view kHidden = "<secret>";

}  // namespace

std::string read_secret_path(const base::yaml::Node& node) {
  if (!node.present()) return "";
  std::string path = node.non_empty_string();
  if (!path.empty() && !path.starts_with('/')) node.problem("\"" + path + "\" is not an absolute path");
  return path;
}

Outcome<std::string> load_secret(const std::string& path) {
  if (path.empty()) return std::string();
  auto secret = base::read_secret(path);
  if (!secret) return failed(Reason::kSecret, secret.error().message);
  return std::move(*secret);
}

std::string redact(std::string text, const std::string& secret) {
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kHidden.size())) {
    text.replace(at, secret.size(), kHidden);
  }
  return text;
}

}  // namespace exporter::probes
