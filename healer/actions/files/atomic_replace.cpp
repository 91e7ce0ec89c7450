#include "healer/actions/files/atomic_replace.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "base/crypto/file_hash.h"
#include "base/crypto/sha256.h"
#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "base/os/socket.h"

namespace healer::actions {
namespace {

using base::Descriptor;
using base::errno_text;
using base::fail;
using base::Result;

constexpr std::size_t kPart = 64 * 1024;
constexpr mode_t kPermissions = 07777;

std::string new_name(const std::string& path) { return path + ".salus-new"; }

Result<> sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open()) return fail("open {}: {}", folder, errno_text(errno));
  if (auto synced = base::sync(opened.get()); !synced) return base::wrap(synced.error(), "sync {}", folder);
  return {};
}

Result<> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno != EINTR) return fail("{}", errno_text(errno));
    if (wrote > 0) bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

// Returns the SHA-256 of what was written. The copy is durable on return.
Result<std::string> copy_to(const std::string& name, const std::string& backup, base::Deadline deadline) {
  const Descriptor from(::open(backup.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!from.open() || ::fstat(from.get(), &status) != 0)
    return fail("open {}: {}", backup, errno_text(errno));
  if (!S_ISREG(status.st_mode)) return fail("{} is not a regular file", backup);
  // A leftover of an interrupted run.
  if (::unlink(name.c_str()) != 0 && errno != ENOENT) return fail("remove {}: {}", name, errno_text(errno));
  const Descriptor to(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!to.open()) return fail("create {}: {}", name, errno_text(errno));
  base::Sha256 hash;
  std::array<char, kPart> part;
  for (;;) {
    if (deadline.passed()) return fail("copy {}: timed out", backup);
    const ssize_t got = ::read(from.get(), part.data(), part.size());
    if (got < 0) return fail("read {}: {}", backup, errno_text(errno));
    if (got == 0) break;
    const std::string_view bytes(part.data(), static_cast<std::size_t>(got));
    hash.update(bytes);
    if (auto wrote = write_all(to.get(), bytes); !wrote) return base::wrap(wrote.error(), "write {}", name);
  }
  // A user who may not change the owner stays the owner.
  if (::fchown(to.get(), status.st_uid, status.st_gid) != 0 && errno != EPERM) {
    return fail("chown {}: {}", name, errno_text(errno));
  }
  if (::fchmod(to.get(), status.st_mode & kPermissions) != 0)
    return fail("chmod {}: {}", name, errno_text(errno));
  if (auto synced = base::sync(to.get()); !synced) return base::wrap(synced.error(), "sync {}", name);
  return hash.finish();
}

Result<> move_into_place(const std::string& path) {
  const std::string next = new_name(path);
  if (::rename(next.c_str(), path.c_str()) != 0) {
    const std::string why = errno_text(errno);
    ::unlink(next.c_str());
    return fail("rename {} to {}: {}", next, path, why);
  }
  return sync_folder_of(path);
}

std::unexpected<base::Error> another_is_kept(const std::string& path) {
  return fail("{} was kept by an earlier fallback and differs from {}: restore or remove it first",
              kept_name(path), path);
}

// A second hard link, so that a file exists at `path` at all times. It exists already if an earlier run was
// interrupted after creating it.
Result<> keep(const std::string& path, const struct stat& original) {
  const std::string name = kept_name(path);
  if (::link(path.c_str(), name.c_str()) == 0) return {};
  if (errno != EEXIST) return fail("keep {} as {}: {}", path, name, errno_text(errno));
  struct stat status{};
  if (::lstat(name.c_str(), &status) != 0) return fail("stat {}: {}", name, errno_text(errno));
  if (status.st_dev == original.st_dev && status.st_ino == original.st_ino) return {};
  return another_is_kept(path);
}

// The target of the link; nullopt: nothing exists at `path`.
Result<std::optional<std::string>> target_of(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return std::optional<std::string>();
  if (status.type() != std::filesystem::file_type::symlink) return fail("{} is not a symbolic link", path);
  const auto target = std::filesystem::read_symlink(path, error);
  if (error) return fail("read {}: {}", path, error.message());
  return std::optional(target.string());
}

}  // namespace

std::string kept_name(const std::string& path) { return path + ".salus-original"; }

Result<Replaced> replace_by_copy(const std::string& path, const std::string& backup,
                                 const std::string& sha256, base::Deadline deadline) {
  struct stat status{};
  const bool there = ::lstat(path.c_str(), &status) == 0;
  if (!there && errno != ENOENT) return fail("stat {}: {}", path, errno_text(errno));
  if (there && !S_ISREG(status.st_mode)) return fail("{} is not a regular file", path);
  if (there) {
    const auto now = base::hash_file(path);
    if (now && now->sha256 == sha256) return Replaced::kAlready;
  }
  const std::string next = new_name(path);
  const auto copied = copy_to(next, backup, deadline);
  if (!copied || *copied != sha256) {
    ::unlink(next.c_str());
    if (!copied) return std::unexpected(copied.error());
    return fail("{} does not match: its SHA-256 is {}, expected {}", backup, *copied, sha256);
  }
  if (there) {
    if (auto kept = keep(path, status); !kept) {
      ::unlink(next.c_str());
      return std::unexpected(kept.error());
    }
  }
  if (auto moved = move_into_place(path); !moved) return std::unexpected(moved.error());
  return there ? Replaced::kDone : Replaced::kNothingToKeep;
}

Result<Replaced> switch_link(const std::string& path, const std::string& to) {
  const auto now = target_of(path);
  if (!now) return std::unexpected(now.error());
  if (!*now) return fail("{} does not exist", path);
  if (**now == to) return Replaced::kAlready;
  std::error_code error;
  const auto seen = std::filesystem::path(path).parent_path() / to;
  if (!std::filesystem::exists(seen, error)) return fail("{} does not exist", seen.string());
  if (::symlink((*now)->c_str(), kept_name(path).c_str()) != 0) {
    if (errno != EEXIST) return fail("keep {} as {}: {}", path, kept_name(path), errno_text(errno));
    const auto kept = target_of(kept_name(path));
    if (!kept || *kept != *now) return another_is_kept(path);
  }
  const std::string next = new_name(path);
  ::unlink(next.c_str());
  if (::symlink(to.c_str(), next.c_str()) != 0) return fail("create {}: {}", next, errno_text(errno));
  if (auto moved = move_into_place(path); !moved) return std::unexpected(moved.error());
  return Replaced::kDone;
}

Result<bool> put_back(const std::string& path) {
  if (::rename(kept_name(path).c_str(), path.c_str()) != 0) {
    if (errno == ENOENT) return false;
    return fail("restore {}: {}", kept_name(path), errno_text(errno));
  }
  if (auto synced = sync_folder_of(path); !synced) return std::unexpected(synced.error());
  return true;
}

}  // namespace healer::actions
