#include "healer/actions/files/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/os/file.h"
#include "base/os/socket.h"

namespace healer::actions {
namespace {

using base::Descriptor;
using base::errno_text;
using base::fail;
using base::Result;

constexpr mode_t kPermissions = 07777;

FileFacts facts_of(std::string name, const struct stat& status) {
  return {.name = std::move(name),
          .device = status.st_dev,
          .inode = status.st_ino,
          .bytes = static_cast<std::uint64_t>(status.st_size),
          .owner = status.st_uid,
          .group = status.st_gid,
          .mode = status.st_mode & kPermissions,
          .modified = base::WallTime(std::chrono::seconds(status.st_mtim.tv_sec) +
                                     std::chrono::nanoseconds(status.st_mtim.tv_nsec))};
}

timespec timespec_of(base::WallTime time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = whole.time_since_epoch().count(), .tv_nsec = (time - whole).count()};
}

class DiskFolder final : public Folder {
 public:
  explicit DiskFolder(Descriptor folder) : folder_(std::move(folder)) {}

  Result<std::vector<FileFacts>> list() override {
    Descriptor again(::openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!again.open()) return fail("list: {}", errno_text(errno));
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(again.get()), ::closedir);
    if (!entries) return fail("list: {}", errno_text(errno));
    static_cast<void>(again.release());
    std::vector<FileFacts> found;
    errno = 0;
    while (const dirent* entry = ::readdir(entries.get())) {
      struct stat status{};
      // A file that was removed in the meantime is left out.
      if (::fstatat(folder_.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISREG(status.st_mode)) {
        found.push_back(facts_of(entry->d_name, status));
      }
      errno = 0;
    }
    if (errno != 0) return fail("list: {}", errno_text(errno));
    std::ranges::sort(found, {}, &FileFacts::name);
    return found;
  }

  Result<Descriptor> open(const std::string& name) override {
    Descriptor file(
        ::openat(folder_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.open()) return fail("open {}: {}", name, errno_text(errno));
    return file;
  }

  Result<FileFacts> facts(const Descriptor& file, const std::string& name) override {
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return fail("stat {}: {}", name, errno_text(errno));
    if (!S_ISREG(status.st_mode)) return fail("{} is not a regular file", name);
    return facts_of(name, status);
  }

  Result<std::string> read(const Descriptor& file, std::size_t max_bytes) override {
    std::string bytes(max_bytes, '\0');
    ssize_t got = 0;
    do {
      got = ::read(file.get(), bytes.data(), bytes.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return fail("read: {}", errno_text(errno));
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

  Result<Descriptor> create(const std::string& name) override {
    if (::unlinkat(folder_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
      return fail("remove {}: {}", name, errno_text(errno));
    }
    constexpr mode_t kOwnerOnly = 0600;
    Descriptor file(::openat(folder_.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             kOwnerOnly));
    if (!file.open()) return fail("create {}: {}", name, errno_text(errno));
    return file;
  }

  Result<> write(const Descriptor& file, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(file.get(), bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return fail("write: {}", errno_text(errno));
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return {};
  }

  Result<> dress(const Descriptor& file, const FileFacts& as) override {
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return fail("stat: {}", errno_text(errno));
    if ((status.st_uid != as.owner || status.st_gid != as.group) &&
        ::fchown(file.get(), as.owner, as.group) != 0) {
      return fail("chown to {}:{}: {}", as.owner, as.group, errno_text(errno));
    }
    // After chown, which clears bits of the mode.
    if (::fchmod(file.get(), as.mode) != 0) return fail("chmod: {}", errno_text(errno));
    const timespec times[2] = {timespec_of(as.modified), timespec_of(as.modified)};
    if (::futimens(file.get(), times) != 0) return fail("set modification time: {}", errno_text(errno));
    return {};
  }

  Result<> sync(const Descriptor& file) override { return base::sync(file.get()); }

  Result<> rename(const std::string& from, const std::string& to) override {
    if (::renameat2(folder_.get(), from.c_str(), folder_.get(), to.c_str(), RENAME_NOREPLACE) != 0) {
      return fail("rename {} to {}: {}", from, to, errno_text(errno));
    }
    return {};
  }

  Result<> sync_folder() override { return base::sync(folder_.get()); }

  Result<> remove(const FileFacts& file) override {
    struct stat status{};
    if (::fstatat(folder_.get(), file.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail("stat {}: {}", file.name, errno_text(errno));
    }
    if (!S_ISREG(status.st_mode) || !same_file(facts_of(file.name, status), file)) {
      return fail("{} was changed in the meantime", file.name);
    }
    if (::unlinkat(folder_.get(), file.name.c_str(), 0) != 0) {
      return fail("remove {}: {}", file.name, errno_text(errno));
    }
    return {};
  }

 private:
  Descriptor folder_;
};

}  // namespace

bool same_file(const FileFacts& a, const FileFacts& b) {
  return a.device == b.device && a.inode == b.inode && a.bytes == b.bytes && a.modified == b.modified;
}

Result<std::unique_ptr<Folder>> open_folder(const std::string& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open() && errno == ENOENT) return std::unique_ptr<Folder>();
  if (!folder.open()) return fail("open {}: {}", path, errno_text(errno));
  return std::unique_ptr<Folder>(std::make_unique<DiskFolder>(std::move(folder)));
}

}  // namespace healer::actions
