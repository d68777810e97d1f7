#include "engines/ledger/certificate.h"
#include "engines/ledger/credential.h"
#include "engines/ledger/sm2.h"
#include "engines/ledger/tiles.h"
#include "engines/ledger/witness.h"

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

// The same over the bytes behind the text: every bit of every byte.
TEST(CertificateText, EveryBentBitIsFound) {
  ASSERT_GE(sodium_init(), 0);
  const Key key = make_key("tongxin/log");
  const auto text = encode({"A1B2C3D4E5F6G7H8", 20781, 20416, 20780, {600, 120, 30, 60}, {}}, key);
  std::string raw(text.size(), '\0');
  std::size_t length = 0;
  ASSERT_EQ(sodium_base642bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), text.data(), text.size(), nullptr, &length, nullptr,
                              sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
  raw.resize(length);
  int bent_ones = 0;
  for (std::size_t i = 0; i < raw.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      auto bent = raw;
      bent[i] = static_cast<char>(bent[i] ^ (1 << bit));
      std::string again(sodium_base64_encoded_len(bent.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
      sodium_bin2base64(again.data(), again.size(), reinterpret_cast<const unsigned char*>(bent.data()), bent.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
      again.pop_back();
      ASSERT_NE(read(again, {{key, 0}}).reading, Reading::good) << "byte " << i << " bit " << bit;
      ++bent_ones;
    }
  EXPECT_EQ(bent_ones, 968);   // 121 bytes
}

// The signature of the example in GB/T 32918.5, appendix A: key, message and r, s as printed there.
TEST(Sm2, TheStandardsOwnExample) {
  const auto bytes = [](std::string_view hex) {
    std::string raw(hex.size() / 2, '\0');
    sodium_hex2bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr);
    return raw;
  };
  Sm2Key key{"standard", {}, bytes("0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                                   "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"), nullptr};
  ASSERT_TRUE(make_ready(key));
  auto signature = bytes("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
                         "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
  EXPECT_TRUE(sm2_verify(key, "message digest", signature));
  signature[5] = static_cast<char>(signature[5] ^ 1);
  EXPECT_FALSE(sm2_verify(key, "message digest", signature));
}

TEST(Sm2, SecondLineOfANote) {
  ASSERT_GE(sodium_init(), 0);
  const Key log = make_key("tongxin/log");
  const Sm2Key second = make_sm2_key("tongxin/log"), other = make_sm2_key("tongxin/log");
  const Checkpoint head{"tongxin/log", 7, sha256("x")};
  const auto note = signed_note(head, log) + sm2_line(head.body(), second);
  EXPECT_TRUE(sm2_signed(note, second));
  EXPECT_FALSE(sm2_signed(note, other));
  EXPECT_EQ(open_note(note, {log})->signers.size(), 1u);   // who knows Ed25519 only passes it over
  Sm2Key again{second.name, second.secret, second.open, nullptr};
  ASSERT_TRUE(make_ready(again));
  EXPECT_TRUE(sm2_verify(second, "text", sm2_sign(again, "text")));
  Sm2Key off_curve{second.name, {}, second.open, nullptr};
  off_curve.open[9] = static_cast<char>(off_curve.open[9] ^ 1);
  EXPECT_FALSE(make_ready(off_curve));
}

TEST(Witness, AnswersAsTheProtocolSays) {
  ASSERT_GE(sodium_init(), 0);
  const Key log = make_key("region/log"), witness = make_key("paper/witness"), stranger = make_key("region/log");
  Built tree, fork;
  for (int i = 0; i < 20; ++i) tree.add(std::to_string(i)), fork.add(std::to_string(i == 7 ? 100 : i));
  std::vector<Watched> logs{{log, 0, {}}};
  const auto note = [&](const Built& of, std::uint64_t n, const Key& by) { return signed_note({log.name, n, of.roots[n]}, by); };
  const auto ask = [&](std::uint64_t old, std::vector<Hash> proof, const std::string& of) {
    return answer_submission(text_of(Submission{old, std::move(proof), of}), logs, witness, 1700000000);
  };
  const auto first = ask(0, {}, note(tree, 9, log));
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(cosigned_at(note(tree, 9, log) + first.body, witness), 1700000000);
  EXPECT_FALSE(cosigned_at(note(tree, 10, log) + first.body, witness));   // of another head
  logs[0] = {log, 9, tree.roots[9]};
  const auto proof = consistency_proof(tree.source(), 9, 20);
  EXPECT_EQ(ask(9, proof, note(tree, 20, log)).status, 200);
  EXPECT_EQ(ask(9, {}, note(tree, 9, log)).status, 200);
  EXPECT_EQ(ask(9, {}, note(tree, 20, log)).status, 422);
  EXPECT_EQ(ask(9, consistency_proof(fork.source(), 9, 20), note(fork, 20, log)).status, 422);
  const auto two_stories = ask(9, {}, note(fork, 9, log));
  EXPECT_EQ(two_stories.status, 422);
  EXPECT_TRUE(two_stories.forked);
  const auto behind = ask(5, consistency_proof(tree.source(), 5, 20), note(tree, 20, log));
  EXPECT_EQ(behind.status, 409);
  EXPECT_EQ(behind.body, "9\n");
  EXPECT_EQ(ask(9, {}, note(tree, 5, log)).status, 400);
  EXPECT_EQ(ask(9, proof, note(tree, 20, stranger)).status, 403);
  EXPECT_EQ(ask(9, proof, signed_note({"other/log", 20, tree.roots[20]}, log)).status, 404);
  EXPECT_EQ(answer_submission("old 09\n\n", logs, witness, 0).status, 400);
  EXPECT_EQ(answer_submission("", logs, witness, 0).status, 400);
}

TEST(Witness, KeysAreWrittenAndRead) {
  ASSERT_GE(sodium_init(), 0);
  const Key key = make_key("region/log");
  const auto text = verifier_key(key, 1);
  ASSERT_TRUE(read_verifier_key(text, 1));
  EXPECT_EQ(read_verifier_key(text, 1)->open, key.open);
  EXPECT_FALSE(read_verifier_key(text, 4));
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto bent = text;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_verifier_key(bent, 1)) << i;
  }
}

// The test vector of the W3C recommendation (w3c/vc-di-eddsa, TestVectors/eddsa-jcs-2022 and keyPair.json).
TEST(Credential, TheVectorOfTheRecommendation) {
  ASSERT_GE(sodium_init(), 0);
  const auto seed = from_base58("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq");
  ASSERT_TRUE(seed);
  Key key{"w3c", std::string(crypto_sign_SECRETKEYBYTES, '\0'), std::string(crypto_sign_PUBLICKEYBYTES, '\0')};
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(key.open.data()), reinterpret_cast<unsigned char*>(key.secret.data()),
                           reinterpret_cast<const unsigned char*>(seed->data()) + 2);   // behind the multicodec
  const auto credential = Json::parse(R"json({"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],
    "id":"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33","type":["VerifiableCredential","AlumniCredential"],"name":"Alumni Credential",
    "description":"A minimum viable example of an Alumni Credential.","issuer":"https://vc.example/issuers/5678","validFrom":"2023-01-01T00:00:00Z",
    "credentialSubject":{"id":"did:example:abcdefgh","alumniOf":"The School of Examples"}})json");
  ASSERT_TRUE(credential);
  auto made = secured(*credential, key, "2023-02-24T23:36:38Z");
  EXPECT_EQ(made["proof"]["verificationMethod"].text(),
            "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2");
  EXPECT_EQ(made["proof"]["proofValue"].text(), "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX");
  EXPECT_TRUE(verify_credential(made));
  EXPECT_FALSE(verify_credential(Json(made).set("name", "Alumni Credentiel")));
  EXPECT_FALSE(verify_credential(Json(made).set("more", 1)));
  EXPECT_EQ(canonical(*Json::parse(R"({"b":[1,true,null],"a":"x\u0001<\"\u20ac"})")), "{\"a\":\"x\\u0001<\\\"\xe2\x82\xac\",\"b\":[1,true,null]}");
}

TEST(Tiles, PathsAndWidthsOfTheSpecification) {
  EXPECT_EQ(tile_path({0, 1234067, 256}), "0/x001/x234/067");
  for (const TilePath& tile : {TilePath{0, 0, 256}, {1, 999, 3}, {-1, 1000, 255}, {7, 5, 1}, {0, 123456789, 256}}) {
    const auto again = read_tile_path(tile_path(tile));
    ASSERT_TRUE(again) << tile_path(tile);
    EXPECT_EQ(again->level, tile.level);
    EXPECT_EQ(again->index, tile.index);
    EXPECT_EQ(again->width, tile.width);
  }
  for (const char* wrong : {"", "0", "0/", "8/000", "00/000", "0/0", "0/1234", "0/x000/001", "0/000.p", "0/000.p/0", "0/000.p/256", "0/000.p/012", "0/x001",
                            "0/x001.p/3", "0/000/000", "entries/abc", "0/000.p/3/4"})
    EXPECT_FALSE(read_tile_path(wrong)) << wrong;
  // A tree of 70,000: 273 full level-0 tiles and one of 112, one full level-1 tile and one of 17, one level-2 tile of 1.
  EXPECT_TRUE(tile_exists({0, 272, 256}, 70000));
  EXPECT_FALSE(tile_exists({0, 273, 256}, 70000));
  EXPECT_TRUE(tile_exists({0, 273, 112}, 70000));
  EXPECT_FALSE(tile_exists({0, 273, 113}, 70000));
  EXPECT_TRUE(tile_exists({1, 1, 17}, 70000));
  EXPECT_TRUE(tile_exists({2, 0, 1}, 70000));
  EXPECT_FALSE(tile_exists({2, 0, 2}, 70000));
}

}  // namespace
}  // namespace tx::ledger
