// How many CPUs a cgroup leaves to this process, from trees of files like the kernel's.
#include "sched/cpus.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sched/scheduler.h"

namespace lagoon::sched::test {
namespace {

class CgroupTest : public ::testing::Test {
 protected:
  CgroupTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lagoon-cgroup-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  ~CgroupTest() override { std::filesystem::remove_all(root_); }

  void file(const std::string& path, const std::string& text) {
    std::filesystem::path at = root_ + path;
    std::filesystem::create_directories(at.parent_path());
    std::ofstream(at) << text;
  }
  unsigned quota() const { return cgroup_quota(root_); }

 private:
  std::string root_;
};

TEST(UsableCpus, IsAtLeastOne) { EXPECT_GE(usable_cpus(), 1u); }

TEST_F(CgroupTest, WithoutFilesThereIsNoQuota) { EXPECT_EQ(quota(), kNoQuota); }

TEST_F(CgroupTest, Version2IsRoundedUp) {
  file("/proc/self/cgroup", "0::/\n");
  file("/sys/fs/cgroup/cpu.max", "250000 100000\n");
  EXPECT_EQ(quota(), 3u);
  file("/sys/fs/cgroup/cpu.max", "10000 100000\n");
  EXPECT_EQ(quota(), 1u);
  file("/sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), kNoQuota);
}

TEST_F(CgroupTest, TheTightestOfTheGroupsAboveCounts) {
  file("/proc/self/cgroup", "0::/a.slice/b.service\n");
  file("/sys/fs/cgroup/a.slice/cpu.max", "400000 100000\n");
  file("/sys/fs/cgroup/a.slice/b.service/cpu.max", "600000 100000\n");
  EXPECT_EQ(quota(), 4u);
  file("/sys/fs/cgroup/a.slice/b.service/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), 4u);
  file("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(quota(), 2u);
}

TEST_F(CgroupTest, Version1IsFoundAmongTheControllers) {
  file("/proc/self/cgroup", "5:memory:/m\n4:cpu,cpuacct:/box\n3:cpuset:/c\n");
  file("/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "150000\n");
  file("/sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 2u);
  file("/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(quota(), kNoQuota);
}

// A container sees paths of the host that are not under its own mount.
TEST_F(CgroupTest, APathThatIsNotThereIsLookedForFurtherUp) {
  file("/proc/self/cgroup", "0::/host/only\n");
  file("/sys/fs/cgroup/cpu.max", "100000 100000\n");
  EXPECT_EQ(quota(), 1u);
}

TEST_F(CgroupTest, WhatCannotBeReadIsNoQuota) {
  file("/proc/self/cgroup", "\n:::\n0\n0::/x\n");
  file("/sys/fs/cgroup/x/cpu.max", "many 100000\n");
  file("/sys/fs/cgroup/cpu.max", "0 0\n");
  EXPECT_EQ(quota(), kNoQuota);
}

}  // namespace
}  // namespace lagoon::sched::test
