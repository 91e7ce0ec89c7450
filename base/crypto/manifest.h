// Manifests: the expected hashes of files. The format of sha256sum, with more fields in comments, which it
// skips; see docs/manifest-format.md.
//
//   # backup: /var/backups/quantum/models
//   # size: 4123
//   9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  xgb.json
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

struct ManifestEntry {
  std::string name;    // relative to the manifest's folder and inside it; any bytes but NUL
  std::string sha256;  // 64 lower-case hex digits
  std::optional<std::uint64_t> size;
  bool operator==(const ManifestEntry&) const = default;
};

struct Manifest {
  std::string backup;  // absolute path of the folder with good copies under the same names; empty: none
  std::vector<ManifestEntry> files;
  bool operator==(const Manifest&) const = default;
};

// A limit on the number of files, because each gets its own series.
inline constexpr std::size_t kMaxManifestFiles = 5000;

// An error names the line: an absolute name or one with "..", a name twice, no hash, no files at all.
Result<Manifest> parse_manifest(std::string_view text);
Result<Manifest> read_manifest(const std::string& path);
// In the given order; parse_manifest() returns the same manifest.
std::string format_manifest(const Manifest& manifest);

// Normalizes a name: no ".", no doubled slashes. An error when it is absolute, empty or contains "..".
Result<std::string> manifest_name(std::string_view name);

// The folder that names are relative to.
std::string manifest_folder(const std::string& path);

}  // namespace base
