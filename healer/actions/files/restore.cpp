#include "healer/actions/files/restore.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/crypto/file_hash.h"
#include "base/crypto/sha256.h"
#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "base/os/socket.h"

namespace healer::restore {
namespace {

using base::Descriptor;
using base::errno_text;
using base::fail;
using base::Result;

constexpr std::size_t kPiece = 1024 * 1024;
constexpr mode_t kPermissions = 07777;
constexpr mode_t kPlainPermissions = 0777;

// The file at `path`, without following links; nullopt: it does not exist.
Result<std::optional<struct stat>> status_of(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return fail("{}: {}", path, errno_text(errno));
  }
  if (S_ISLNK(status.st_mode)) return fail("{}: is a symbolic link", path);
  if (!S_ISREG(status.st_mode)) return fail("{}: is not a regular file", path);
  return status;
}

bool matches(const base::HashedFile& hashed, const base::ManifestEntry& entry) {
  return hashed.sha256 == entry.sha256 && (!entry.size || hashed.size == *entry.size);
}

Result<> write_all(const Descriptor& to, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(to.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail("{}: {}", path, errno_text(errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

// Copies all of `from`. Returns the SHA-256 of what was copied.
Result<std::string> copy(const std::string& backup, const Descriptor& from, const std::string& path,
                         const Descriptor& to, base::Deadline deadline) {
  base::Sha256 hash;
  std::vector<char> piece(kPiece);
  while (true) {
    if (deadline.passed()) return fail("{}: timed out", path);
    const ssize_t count = ::read(from.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail("{}: {}", backup, errno_text(errno));
    if (count == 0) return hash.finish();
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
    hash.update(bytes);
    if (auto written = write_all(to, path, bytes); !written) return std::unexpected(written.error());
  }
}

// Gives the copy at `path` the owner, group and mode of `as`. Returns why its owner or group could not be
// set; empty when they are right. An error when its readers could then not read it.
Result<std::string> dress(const Descriptor& file, const std::string& path, const struct stat& as,
                          const Chown& chown) {
  struct stat now{};
  if (::fstat(file.get(), &now) != 0) return fail("{}: {}", path, errno_text(errno));
  std::string problem;
  bool readable = true;
  if ((now.st_uid != as.st_uid || now.st_gid != as.st_gid) && chown(file.get(), as.st_uid, as.st_gid) != 0) {
    problem = fmt::format("cannot set owner {}:{}: {}", as.st_uid, as.st_gid, errno_text(errno));
    // The group alone needs no privilege when the process is a member.
    const bool group = now.st_gid == as.st_gid || chown(file.get(), static_cast<uid_t>(-1), as.st_gid) == 0;
    readable =
        now.st_uid == as.st_uid || (as.st_mode & S_IROTH) != 0 || (group && (as.st_mode & S_IRGRP) != 0);
  }
  if (!readable)
    return fail("{}: {}, and with mode {:04o} its owner could not read it", path, problem,
                as.st_mode & kPermissions);
  // After the owner: changing that clears bits of the mode. Without the right owner no file may run as its
  // owner.
  const mode_t mode = as.st_mode & (problem.empty() ? kPermissions : kPlainPermissions);
  if (::fchmod(file.get(), mode) != 0) return fail("{}: {}", path, errno_text(errno));
  return problem;
}

Result<> sync_folder_of(const std::string& path) {
  const std::string folder = base::manifest_folder(path);
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open()) return fail("{}: {}", folder, errno_text(errno));
  if (auto synced = base::sync(opened.get()); !synced) return base::wrap(synced.error(), "{}", folder);
  return {};
}

// The copy under its unfinished name; removed by the destructor unless kept.
class Copy {
 public:
  explicit Copy(std::string path) : path_(std::move(path)) {}
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  ~Copy() {
    if (!kept_) ::unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

// Returns what dress() does.
Result<std::string> write_copy(const Copy& copied, const std::string& backup, const struct stat& as,
                               const base::ManifestEntry& entry, const Chown& chown,
                               base::Deadline deadline) {
  const Descriptor from(::open(backup.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!from.open()) return fail("{}: {}", backup, errno_text(errno));
  ::unlink(copied.path().c_str());  // a leftover of an earlier try
  const Descriptor to(
      ::open(copied.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!to.open()) return fail("{}: {}", copied.path(), errno_text(errno));
  const auto hash = copy(backup, from, copied.path(), to, deadline);
  if (!hash) return std::unexpected(hash.error());
  if (*hash != entry.sha256) return fail("{}: the backup does not match the manifest", backup);
  auto dressed = dress(to, copied.path(), as, chown);
  if (!dressed) return dressed;
  if (auto synced = base::sync(to.get()); !synced) return base::wrap(synced.error(), "{}", copied.path());
  const auto back = base::hash_file(copied.path());
  if (!back) return std::unexpected(back.error());
  if (!matches(*back, entry))
    return fail("{}: content read back differs from what was written", copied.path());
  return dressed;
}

// A second hard link for the old file, so that a file exists at `path` at all times.
Result<std::string> keep_aside(const std::string& path, base::WallTime now) {
  std::string time = base::rfc3339(now);
  std::erase_if(time, [](char sign) { return sign == ':' || sign == '-'; });
  const std::string aside = path + std::string(kAside) + time;
  if (::link(path.c_str(), aside.c_str()) == 0) return aside;
  const int error = errno;
  if (error == EEXIST) return fail("{}: already exists", aside);
  // A file system without hard links.
  if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) == 0) return aside;
  return fail("{}: {}", aside, errno_text(error));
}

}  // namespace

base::Result<Standing> look(const std::string& path, const base::ManifestEntry& entry) {
  const auto status = status_of(path);
  if (!status) return std::unexpected(status.error());
  if (!*status) return Standing::kMissing;
  if (entry.size && static_cast<std::uint64_t>((*status)->st_size) != *entry.size) return Standing::kDamaged;
  const auto hashed = base::hash_file(path);
  if (!hashed) return std::unexpected(hashed.error());
  return matches(*hashed, entry) ? Standing::kGood : Standing::kDamaged;
}

base::Result<Restored> restore(const std::string& path, const std::string& backup,
                               const base::ManifestEntry& entry, base::WallTime now, base::Deadline deadline,
                               const Chown& chown) {
  const auto old = status_of(path);
  if (!old) return std::unexpected(old.error());
  const auto good = status_of(backup);
  if (!good) return std::unexpected(good.error());
  if (!*good) return fail("{}: the backup does not exist", backup);
  std::error_code error;
  std::filesystem::create_directories(base::manifest_folder(path), error);
  if (error) return fail("{}: {}", base::manifest_folder(path), error.message());
  Copy copied(path + std::string(kUnfinished));
  const struct stat& as = *old ? **old : **good;
  auto written = write_copy(copied, backup, as, entry, chown, deadline);
  if (!written) return std::unexpected(written.error());
  Restored restored;
  restored.owner_problem = std::move(*written);
  if (*old) {
    auto aside = keep_aside(path, now);
    if (!aside) return std::unexpected(aside.error());
    restored.aside = std::move(*aside);
  }
  if (::rename(copied.path().c_str(), path.c_str()) != 0) return fail("{}: {}", path, errno_text(errno));
  copied.keep();
  if (auto synced = sync_folder_of(path); !synced) return std::unexpected(synced.error());
  const auto after = look(path, entry);
  if (!after) return std::unexpected(after.error());
  if (*after != Standing::kGood) return fail("{}: was changed while it was restored", path);
  return restored;
}

}  // namespace healer::restore
