package qiaomen.ui
