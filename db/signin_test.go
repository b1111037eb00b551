package db

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestOutside lets an identity of the company's provider have one account, which ends with it.
func TestOutside(t *testing.T) {
	t.Parallel()
	s, ctx := open(t, t.TempDir()), t.Context()
	for c, name := range map[byte]string{1: "Camille", 2: "Dominique"} {
		if err := s.Invite(ctx, Account{Name: name, Role: Owner, Secret: "SECRET", Made: noon, InviteEnds: noon.Add(time.Hour)}, digestOf(c)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.EnrolOutside(ctx, digestOf(1), digestOf(9)); err != nil {
		t.Fatal(err)
	}
	if err := s.EnrolOutside(ctx, digestOf(1), digestOf(8)); !errors.Is(err, ErrNotFound) {
		t.Errorf("an invitation taken up twice: %v", err)
	}
	if err := s.EnrolOutside(ctx, digestOf(2), digestOf(9)); !errors.Is(err, ErrTaken) {
		t.Errorf("an identity with two accounts: %v", err)
	}
	a, err := s.Outside(ctx, digestOf(9))
	if err != nil || a.Name != "Camille" || !a.Enrolled() || a.Secret != "" {
		t.Errorf("got %+v, %v", a, err)
	}
	if err := s.CloseAccount(ctx, a.ID, noon); !errors.Is(err, ErrLastOwner) {
		t.Errorf("the last owner: %v", err)
	}
	if err := s.Enrol(ctx, digestOf(2), "hash"); err != nil {
		t.Fatal(err)
	}
	if err := s.CloseAccount(ctx, a.ID, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Outside(ctx, digestOf(9)); !errors.Is(err, ErrNotFound) {
		t.Errorf("the identity of a closed account: %v", err)
	}
}

// TestPasskeys are kept once, noted when used, and go with their account.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	s, ctx := open(t, t.TempDir()), t.Context()
	owner, dpo := enrolled(t, s, "Camille", Owner, 1), enrolled(t, s, "Dominique", "dpo", 2)
	k := Passkey{ID: []byte("key"), Account: dpo.ID, Name: "téléphone", Credential: []byte("{}"), Made: noon}
	if err := s.AddPasskey(ctx, k); err != nil {
		t.Fatal(err)
	}
	k.Account = owner.ID
	if err := s.AddPasskey(ctx, k); !errors.Is(err, ErrTaken) {
		t.Errorf("a device's key for two: %v", err)
	}
	if err := s.UsePasskey(ctx, k.ID, []byte("{1}"), noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.UsePasskey(ctx, []byte("none"), nil, noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("a key that is not there: %v", err)
	}
	got, err := s.Passkeys(ctx, dpo.ID)
	if err != nil || len(got) != 1 || string(got[0].Credential) != "{1}" || !got[0].Used.Equal(noon.Add(time.Minute)) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := s.RemovePasskey(ctx, owner.ID, k.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.Passkeys(ctx, dpo.ID); len(got) != 1 {
		t.Error("somebody else removed it")
	}
	if err := s.CloseAccount(ctx, dpo.ID, noon); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Passkeys(ctx, dpo.ID); err != nil || len(got) != 0 {
		t.Errorf("the keys of a closed account: %+v, %v", got, err)
	}
}

// TestSecretsAreSealed finds the secret of the codes in no file of the state.
func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, ctx := open(t, dir), t.Context()
	if err := s.Invite(ctx, Account{Name: "Camille", Role: Owner, Secret: "JBSWY3DPEHPK3PXP", Made: noon, InviteEnds: noon.Add(time.Hour)}, digestOf(1)); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Invited(ctx, digestOf(1), noon); err != nil || a.Secret != "JBSWY3DPEHPK3PXP" {
		t.Errorf("got %+v, %v", a, err)
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("JBSWY3DPEHPK3PXP")) {
			t.Errorf("the secret is in %s", filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.sealText(secrets, "Camille", "x")
	if err != nil {
		t.Fatal(err)
	}
	for name, seal := range map[string]string{"Dominique": sealed, "Camille": "AAAA" + sealed, "": "???"} {
		if _, err := s.openText(secrets, name, seal); err == nil {
			t.Errorf("%s opened another row's seal", name)
		}
	}
}
