#include "salusctl/manifest.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "base/crypto/file_hash.h"
#include "base/crypto/manifest.h"
#include "base/os/file.h"
#include "base/text/utf8.h"

namespace healer::salusctl {
namespace {

namespace fs = std::filesystem;

constexpr int kFindings = 1;
constexpr int kUsage = 2;

Output fail(int code, std::string_view message) { return {code, "", fmt::format("salusctl: {}\n", message)}; }

std::string shown(std::string_view name) { return base::excerpt(name, 500); }

// `path` if it is a regular file, else all regular files below it. Links to folders are not followed.
base::Result<std::vector<fs::path>> files_of(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::is_regular_file(status)) return std::vector{path};
  if (!fs::is_directory(status)) {
    return base::fail("{}: {}", shown(path.string()),
                      fs::exists(status) ? "neither a file nor a folder" : "no such file");
  }
  std::vector<fs::path> found;
  fs::recursive_directory_iterator each(path, error);
  for (; !error && each != fs::recursive_directory_iterator(); each.increment(error)) {
    std::error_code dangling;
    if (fs::is_regular_file(each->status(dangling))) found.push_back(each->path());
  }
  if (error) return base::fail("{}: {}", shown(path.string()), error.message());
  return found;
}

base::Result<std::set<fs::path>> all_files(const CreateManifest& wanted) {
  std::set<fs::path> all;
  for (const std::string& path : wanted.paths) {
    auto files = files_of(path);
    if (!files) return std::unexpected(files.error());
    for (const fs::path& file : *files) all.insert(fs::absolute(file).lexically_normal());
  }
  // A manifest cannot contain its own hash.
  if (!wanted.file.empty()) all.erase(fs::absolute(wanted.file).lexically_normal());
  return all;
}

// What is wrong with a file, or nullopt.
std::optional<std::string> finding(const std::string& path, const base::ManifestEntry& entry) {
  std::error_code error;
  if (!fs::exists(path, error) && !error) return "missing";
  auto hash = base::FileHash::open(path);
  if (!hash) return shown(hash.error().message);
  if (entry.size && hash->identity().size != *entry.size) {
    return fmt::format("changed: {} bytes, expected {}", hash->identity().size, *entry.size);
  }
  const auto hashed = base::hash_file(path);
  if (!hashed) return shown(hashed.error().message);
  if (hashed->sha256 != entry.sha256) return "changed: content differs";
  return std::nullopt;
}

}  // namespace

Output create_manifest(const CreateManifest& wanted) {
  if (!wanted.backup.empty() && !wanted.backup.starts_with('/')) {
    return fail(kUsage, fmt::format("--backup: \"{}\" is not an absolute path", shown(wanted.backup)));
  }
  const auto files = all_files(wanted);
  if (!files) return fail(kFindings, files.error().message);
  if (files->empty()) return fail(kUsage, "no files to list");
  if (files->size() > base::kMaxManifestFiles) {
    return fail(kUsage,
                fmt::format("{} files; a manifest lists at most {}", files->size(), base::kMaxManifestFiles));
  }
  const fs::path folder =
      fs::absolute(wanted.file.empty() ? "." : base::manifest_folder(wanted.file)).lexically_normal();
  base::Manifest manifest{wanted.backup, {}};
  for (const fs::path& file : *files) {
    const auto name = base::manifest_name(file.lexically_relative(folder).string());
    if (!name) {
      return fail(kUsage, fmt::format("{} is not below {}, the folder of the manifest", shown(file.string()),
                                      shown(folder.string())));
    }
    const auto hashed = base::hash_file(file.string());
    if (!hashed) return fail(kFindings, shown(hashed.error().message));
    manifest.files.push_back({*name, hashed->sha256, hashed->size});
  }
  const std::string text = base::format_manifest(manifest);
  if (wanted.file.empty()) return {0, text, ""};
  // Readable by all, like the files: it contains no secret.
  const auto written = base::write_atomically(wanted.file, text, 0644);
  if (!written) return fail(kFindings, shown(written.error().message));
  return {0, fmt::format("{} files listed in {}\n", manifest.files.size(), shown(wanted.file)), ""};
}

Output verify_manifest(const std::string& file) {
  const auto manifest = base::read_manifest(file);
  if (!manifest) return fail(kUsage, shown(manifest.error().message));
  Output output;
  std::size_t findings = 0;
  for (const base::ManifestEntry& entry : manifest->files) {
    const auto found = finding(base::manifest_folder(file) + "/" + entry.name, entry);
    if (!found) continue;
    output.out += fmt::format("{}: {}\n", shown(entry.name), *found);
    ++findings;
  }
  if (findings == 0) {
    output.out = fmt::format("{} files match {}\n", manifest->files.size(), shown(file));
  } else {
    output.code = kFindings;
    output.err = fmt::format("salusctl: {} of {} files do not match {}\n", findings, manifest->files.size(),
                             shown(file));
  }
  return output;
}

}  // namespace healer::salusctl
