package torture

const childVar = "GARANT_TORTURE_CHILD"

func child(string) int { return 0 }
