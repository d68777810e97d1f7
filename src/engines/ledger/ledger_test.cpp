#include "engines/ledger/certificate.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <map>

namespace tx::ledger {
namespace {

struct Built {
  Frontier frontier;
  std::map<std::pair<int, std::uint64_t>, Hash> nodes;
  std::vector<Hash> leaves, roots{sha256("")};   // roots[n]: of the first n leaves
  void add(std::string_view leaf) {
    leaves.push_back(leaf_hash(leaf));
    append(frontier, leaves.back(), [&](int level, std::uint64_t index, const Hash& hash) { nodes[{level, index}] = hash; });
    roots.push_back(root_of(frontier));
  }
  NodeSource source() const {
    return [this](int level, std::uint64_t index) { return nodes.at({level, index}); };
  }
};

// RFC 6962 2.1, word for word.
Hash naive(const std::vector<Hash>& leaves, std::size_t from, std::size_t to) {
  if (from == to) return sha256("");
  if (to - from == 1) return leaves[from];
  std::size_t k = 1;
  while (k * 2 < to - from) k *= 2;
  return node_hash(naive(leaves, from, from + k), naive(leaves, from + k, to));
}

// The leaves and roots of the test of Google's certificate-transparency code, which RFC 6962 readers use.
TEST(Tree, KnownRoots) {
  const std::string leaves[] = {std::string(), std::string("\0", 1), "\x10", "\x20\x21", "\x30\x31", "\x40\x41\x42\x43",
                                "\x50\x51\x52\x53\x54\x55\x56\x57", "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Built tree;
  EXPECT_EQ(hex(root_of(tree.frontier)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (int i = 0; i < 8; ++i) {
    tree.add(leaves[i]);
    EXPECT_EQ(hex(root_of(tree.frontier)), roots[i]) << i + 1;
  }
}

TEST(Tree, EveryProofUpTo512AgainstTheNaiveTree) {
  Built tree;
  for (int i = 0; i < 512; ++i) tree.add("leaf " + std::to_string(i));
  for (std::size_t n = 0; n <= 512; n += n < 64 ? 1 : 7) ASSERT_EQ(tree.roots[n], naive(tree.leaves, 0, n)) << n;
  const auto source = tree.source();
  for (std::uint64_t n = 1; n <= 512; ++n)
    for (std::uint64_t m = 0; m < n; ++m) {
      const auto in = inclusion_proof(source, m, n);
      ASSERT_TRUE(verify_inclusion(tree.leaves[m], m, n, in, tree.roots[n])) << m << " in " << n;
      const auto since = consistency_proof(source, m, n);
      ASSERT_TRUE(verify_consistency(m, n, tree.roots[m], tree.roots[n], since)) << m << " to " << n;
      if (n % 37 == 0) {   // a proof of something else proves nothing
        ASSERT_FALSE(verify_inclusion(tree.leaves[(m + 1) % n], m, n, in, tree.roots[n]) && n > 1);
        ASSERT_FALSE(verify_inclusion(tree.leaves[m], m, n, in, tree.roots[n - 1]) && n > 1);
        if (m > 0) {
          ASSERT_FALSE(verify_consistency(m, n, tree.roots[m - 1], tree.roots[n], since));
        }
      }
    }
}

TEST(Tree, FrontierSurvivesStorage) {
  Built tree;
  for (int i = 0; i < 77; ++i) tree.add(std::to_string(i));
  auto again = frontier_of(tree.frontier.size, bytes_of(tree.frontier));
  EXPECT_EQ(root_of(again), root_of(tree.frontier));
  append(again, leaf_hash("x"), nullptr);
  tree.add("x");
  EXPECT_EQ(root_of(again), root_of(tree.frontier));
}

TEST(Leaf, AnotherSaltIsAnotherLeafAndNothingOfTheRecordShows) {
  const std::string record = "Wang, 120 minutes";
  EXPECT_NE(leaf_of("record", std::string(32, 'a'), record), leaf_of("record", std::string(32, 'b'), record));
  EXPECT_EQ(leaf_of("record", std::string(32, 'a'), record).find("Wang"), std::string::npos);
}

TEST(Checkpoint, SignedCosignedOpened) {
  ASSERT_GE(sodium_init(), 0);
  const Key log = make_key("tongxin.example/log"), bureau = make_key("bureau"), stranger = make_key("tongxin.example/log");
  const Checkpoint head{"tongxin.example/log", 42, sha256("x")};
  const auto note = cosigned(signed_note(head, log), bureau);
  const auto opened = open_note(note, {log, bureau});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->checkpoint.size, 42u);
  EXPECT_EQ(opened->signers, (std::vector<std::string>{"tongxin.example/log", "bureau"}));
  EXPECT_TRUE(open_note(note, {stranger})->signers.empty());   // same name, other key: not its signature
  int kept = 0;
  for (std::size_t i = 0; i < note.size(); ++i) {
    auto bent = note;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    const auto found = open_note(bent, {log, bureau});
    kept += found && found->signers.size() == 2;
  }
  EXPECT_EQ(kept, 0);
}

TEST(Witness, NeverSignsAForkOrAStepBack) {
  Built tree, fork;
  for (int i = 0; i < 20; ++i) tree.add(std::to_string(i)), fork.add(std::to_string(i == 7 ? 100 : i));
  const auto head = [](const Built& of, std::uint64_t n) { return Checkpoint{"log", n, of.roots[n]}; };
  EXPECT_EQ(judge(head(tree, 9), head(tree, 20), consistency_proof(tree.source(), 9, 20)), Judgement::extends);
  EXPECT_EQ(judge(head(tree, 9), head(tree, 9), {}), Judgement::same);
  EXPECT_EQ(judge(head(tree, 9), head(fork, 9), {}), Judgement::forked);
  EXPECT_EQ(judge(head(tree, 9), head(fork, 20), consistency_proof(fork.source(), 9, 20)), Judgement::forked);
  EXPECT_EQ(judge(head(tree, 9), head(tree, 5), {}), Judgement::smaller);
}

TEST(CertificateText, EveryBentByteIsFound) {
  ASSERT_GE(sodium_init(), 0);
  const Key key = make_key("tongxin/log"), other = make_key("tongxin/log");
  Certificate paper{"A1B2C3D4E5F6G7H8", 20781, 20416, 20780, {600, 120, 30, 60}, name_hash("A1B2C3D4E5F6G7H8", "王秀英")};
  const auto text = encode(paper, key);
  EXPECT_LE(text.size(), 300u);
  EXPECT_EQ(text, encode(paper, key));
  const auto good = read(text, {{other, 0}, {key, 0}});
  ASSERT_EQ(good.reading, Reading::good);
  EXPECT_EQ(good.certificate.number, paper.number);
  EXPECT_EQ(good.certificate.minutes, paper.minutes);
  EXPECT_EQ(good.certificate.name, name_hash(paper.number, "王秀英"));
  EXPECT_NE(good.certificate.name, name_hash(paper.number, "王秀兰"));
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char c : {'A', 'b', '7', '_', '\n', '='}) {
      if (text[i] == c) continue;
      auto bent = text;
      bent[i] = c;
      EXPECT_NE(read(bent, {{key, 0}}).reading, Reading::good) << i;
    }
  for (std::size_t cut = 0; cut < text.size(); ++cut) EXPECT_NE(read(text.substr(0, cut), {{key, 0}}).reading, Reading::good);
  EXPECT_EQ(read(text, {{other, 0}}).reading, Reading::unknown_key);
  EXPECT_EQ(read(text, {{key, 20700}}).reading, Reading::expired_key);
  EXPECT_EQ(read(text, {{key, 20781}}).reading, Reading::good);
}

}  // namespace
}  // namespace tx::ledger
