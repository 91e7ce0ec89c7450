#include "base/crypto/manifest.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/os/file.h"
#include "base/text/utf8.h"

namespace base {
namespace {

constexpr std::size_t kHashDigits = 64;

// sha256sum writes a name with a backslash, newline or carriage return escaped, behind a backslash at the
// line's beginning.
std::optional<std::string> unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] == '\\')
      plain += '\\';
    else if (text[i] == 'n')
      plain += '\n';
    else if (text[i] == 'r')
      plain += '\r';
    else
      return std::nullopt;
  }
  return plain;
}

std::string escape(std::string_view plain) {
  std::string text;
  for (const char c : plain) {
    if (c == '\\')
      text += "\\\\";
    else if (c == '\n')
      text += "\\n";
    else if (c == '\r')
      text += "\\r";
    else
      text += c;
  }
  return text;
}

// The value after "# key:".
std::optional<std::string_view> comment_value(std::string_view line, std::string_view key) {
  line.remove_prefix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  if (!line.starts_with(key) || !line.substr(key.size()).starts_with(':')) return std::nullopt;
  line.remove_prefix(key.size() + 1);
  while (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

// The 64 hex digits at the beginning of the line, in lower case; empty when there are none.
std::string hash_at_front(std::string_view line) {
  if (line.size() < kHashDigits) return {};
  std::string hash(line.data(), kHashDigits);
  for (char& c : hash) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return {};
  }
  return hash;
}

Result<ManifestEntry> parse_entry(std::string_view line) {
  const bool escaped = line.starts_with('\\');
  if (escaped) line.remove_prefix(1);
  std::string hash = hash_at_front(line);
  if (hash.empty()) return fail("\"{}\" does not begin with a SHA-256 in 64 hex digits", excerpt(line));
  line.remove_prefix(kHashDigits);
  // Two spaces, or a space and a star for what sha256sum calls binary.
  if (!line.starts_with("  ") && !line.starts_with(" *")) {
    return fail("the hash must be followed by two spaces and a file name");
  }
  line.remove_prefix(2);
  const auto plain = escaped ? unescape(line) : std::string(line);
  if (!plain) return fail("\"{}\" is not escaped as sha256sum does", excerpt(line));
  auto name = manifest_name(*plain);
  if (!name) return std::unexpected(name.error());
  return ManifestEntry{std::move(*name), std::move(hash), std::nullopt};
}

// Reads a manifest line by line.
class Reader {
 public:
  Result<> line(std::string_view line) {
    if (line.empty()) return {};
    if (line.starts_with('#')) return comment(line);
    auto entry = parse_entry(line);
    if (!entry) return std::unexpected(entry.error());
    if (!names_.insert(entry->name).second) return fail("\"{}\" is listed twice", excerpt(entry->name));
    entry->size = std::exchange(size_, std::nullopt);
    manifest_.files.push_back(std::move(*entry));
    if (manifest_.files.size() > kMaxManifestFiles) return fail("more than {} files", kMaxManifestFiles);
    return {};
  }
  Manifest take() { return std::move(manifest_); }
  bool empty() const { return manifest_.files.empty(); }

 private:
  Result<> comment(std::string_view line) {
    if (const auto size = comment_value(line, "size")) {
      std::uint64_t bytes = 0;
      const auto [end, error] = std::from_chars(size->data(), size->data() + size->size(), bytes);
      if (error != std::errc() || end != size->data() + size->size() || size->empty()) {
        return fail("\"{}\" is not a size in bytes", excerpt(*size));
      }
      size_ = bytes;
    } else if (const auto backup = comment_value(line, "backup")) {
      if (!backup->starts_with('/'))
        return fail("the backup folder \"{}\" is not absolute", excerpt(*backup));
      if (!manifest_.backup.empty()) return fail("a second backup folder");
      manifest_.backup = *backup;
    }
    return {};
  }

  Manifest manifest_;
  std::set<std::string> names_;
  std::optional<std::uint64_t> size_;  // of the next entry
};

}  // namespace

Result<std::string> manifest_name(std::string_view name) {
  if (name.starts_with('/'))
    return fail("\"{}\" is absolute: names are relative to the manifest", excerpt(name));
  if (name.find('\0') != name.npos) return fail("a name with a NUL byte");
  std::string tidy;
  for (std::string_view rest = name; !rest.empty();) {
    const auto piece = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
    if (piece == "..") return fail("\"{}\" is outside the manifest's folder", excerpt(name));
    if (piece.empty() || piece == ".") continue;
    if (!tidy.empty()) tidy += '/';
    tidy += piece;
  }
  if (tidy.empty() || name.ends_with('/')) return fail("\"{}\" is not a file name", excerpt(name));
  return tidy;
}

Result<Manifest> parse_manifest(std::string_view text) {
  Reader reader;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    if (auto read = reader.line(text.substr(0, end)); !read) return wrap(read.error(), "line {}", number);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  if (reader.empty()) return fail("it lists no files");
  return reader.take();
}

Result<Manifest> read_manifest(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  auto manifest = parse_manifest(*text);
  if (!manifest) return wrap(manifest.error(), "manifest {}", path);
  return manifest;
}

std::string format_manifest(const Manifest& manifest) {
  std::string text;
  if (!manifest.backup.empty()) text += fmt::format("# backup: {}\n", manifest.backup);
  for (const ManifestEntry& file : manifest.files) {
    const std::string name = escape(file.name);
    if (file.size) text += fmt::format("# size: {}\n", *file.size);
    text += fmt::format("{}{}  {}\n", name == file.name ? "" : "\\", file.sha256, name);
  }
  return text;
}

std::string manifest_folder(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace base
