#include "healer/actions/fallback.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/crypto/manifest.h"
#include "healer/actions/files/atomic_replace.h"
#include "healer/actions/http_request.h"
#include "healer/actions/table.h"
#include "healer/actions/undo.h"

namespace healer::actions {
namespace {

using base::fail;
using base::Result;
using base::yaml::Node;

constexpr std::size_t kHashLength = 64;

// If an original is kept, also by an earlier run that was interrupted.
std::optional<Undo> back_to_original(const std::string& path) {
  std::error_code unknown;
  const auto status = std::filesystem::symlink_status(kept_name(path), unknown);
  if (!std::filesystem::exists(status)) return std::nullopt;
  return make_undo(info("fallback_to_backup").undone_by, {{"path", path}});
}

class FileFallback final : public Action {
 public:
  // Of `sha256` and `manifest` one is empty.
  FileFallback(std::string path, std::string backup, std::string sha256, std::string manifest)
      : path_(std::move(path)),
        backup_(std::move(backup)),
        sha256_(std::move(sha256)),
        manifest_(std::move(manifest)) {}

  std::string describe(const Target&) const override {
    return fmt::format("replace {} by a verified copy of {} and keep the original as {}", path_, backup_,
                       kept_name(path_));
  }

  Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const auto sha256 = expected();
    if (!sha256) return std::unexpected(sha256.error());
    const auto done = replace_by_copy(path_, backup_, *sha256, deadline);
    if (!done) return std::unexpected(done.error());
    switch (*done) {
      case Replaced::kAlready:
        return Outcome{.detail = fmt::format("{} is already a copy of the backup", path_),
                       .undo = back_to_original(path_)};
      case Replaced::kNothingToKeep:
        return Outcome{fmt::format("{} is now a copy of {}; there was no original", path_, backup_)};
      default:
        return Outcome{.detail = fmt::format("{} is now a copy of {}; the original is {}", path_, backup_,
                                             kept_name(path_)),
                       .undo = back_to_original(path_)};
    }
  }

 private:
  // Read at each run: every release writes a new manifest.
  Result<std::string> expected() const {
    if (!sha256_.empty()) return sha256_;
    const auto manifest = base::read_manifest(manifest_);
    if (!manifest) return base::wrap(manifest.error(), "manifest {}", manifest_);
    const auto name = std::filesystem::path(path_).lexically_relative(base::manifest_folder(manifest_));
    const auto entry = std::ranges::find(manifest->files, name.string(), &base::ManifestEntry::name);
    if (entry == manifest->files.end()) return fail("manifest {} does not list {}", manifest_, path_);
    return entry->sha256;
  }

  std::string path_;
  std::string backup_;
  std::string sha256_;
  std::string manifest_;
};

class LinkFallback final : public Action {
 public:
  LinkFallback(std::string path, std::string backup) : path_(std::move(path)), backup_(std::move(backup)) {}

  std::string describe(const Target&) const override {
    return fmt::format("point {} to {} and keep the original as {}", path_, backup_, kept_name(path_));
  }

  Result<Outcome> run(const Target&, base::Deadline) override {
    const auto done = switch_link(path_, backup_);
    if (!done) return std::unexpected(done.error());
    if (*done == Replaced::kAlready) {
      return Outcome{.detail = fmt::format("{} already points to {}", path_, backup_),
                     .undo = back_to_original(path_)};
    }
    return Outcome{
        .detail = fmt::format("{} now points to {}; the original is {}", path_, backup_, kept_name(path_)),
        .undo = back_to_original(path_)};
  }

 private:
  std::string path_;
  std::string backup_;
};

class RestoreOriginal final : public Action {
 public:
  explicit RestoreOriginal(std::string path) : path_(std::move(path)) {}

  std::string describe(const Target&) const override {
    return fmt::format("restore the original from {} to {}", kept_name(path_), path_);
  }

  Result<Outcome> run(const Target&, base::Deadline) override {
    const auto restored = put_back(path_);
    if (!restored) return std::unexpected(restored.error());
    return Outcome{*restored ? fmt::format("restored the original of {}", path_)
                             : fmt::format("no original of {} to restore", path_)};
  }

 private:
  std::string path_;
};

// The absolute path of a file. Anything else is noted as a problem and returned unchanged.
std::string read_path(const Node& node) {
  std::string path = node.non_empty_string();
  if (!path.empty() && (!path.starts_with('/') || path.ends_with('/'))) {
    node.problem(fmt::format("\"{}\" is not the absolute path of a file", path));
  }
  return path;
}

std::unique_ptr<Action> make_file(const Node& node) {
  node.only({"path", "backup", "sha256", "manifest"});
  std::string path = read_path(node.required("path"));
  std::string backup = read_path(node.required("backup"));
  const Node sha256 = node.optional("sha256");
  const Node manifest = node.optional("manifest");
  if (sha256.present() == manifest.present()) node.problem("needs either `sha256` or `manifest`");
  std::string hash = sha256.string();
  if (sha256.present() &&
      (hash.size() != kHashLength || hash.find_first_not_of("0123456789abcdef") != std::string::npos)) {
    sha256.problem("must be a SHA-256 of 64 lower-case hexadecimal digits");
  }
  return std::make_unique<FileFallback>(std::move(path), std::move(backup), std::move(hash),
                                        manifest.present() ? read_path(manifest) : "");
}

std::unique_ptr<Action> make_link(const Node& node) {
  node.only({"path", "backup"});
  std::string path = read_path(node.required("path"));
  return std::make_unique<LinkFallback>(std::move(path), node.required("backup").non_empty_string());
}

}  // namespace

std::unique_ptr<Action> make_fallback_to_backup(const Node& parameters, const World& world) {
  parameters.only({"file", "link", "http"});
  const Node file = parameters.optional("file");
  const Node link = parameters.optional("link");
  const Node http = parameters.optional("http");
  if (int{file.present()} + int{link.present()} + int{http.present()} != 1) {
    parameters.problem("needs exactly one of: file, link, http");
    return nullptr;
  }
  if (file.present()) return make_file(file);
  if (link.present()) return make_link(link);
  return make_http_request(http, world);
}

std::unique_ptr<Action> make_restore_original(const Node& parameters, const World& world) {
  parameters.only({"path", "http"});
  const Node path = parameters.optional("path");
  const Node http = parameters.optional("http");
  if (path.present() == http.present()) {
    parameters.problem("needs exactly one of: path, http");
    return nullptr;
  }
  if (path.present()) return std::make_unique<RestoreOriginal>(read_path(path));
  return make_http_request(http, world);
}

}  // namespace healer::actions
